-- Orders, tickets, payments and refunds (票务销售). Orders and tickets are
-- written by the seat engine's batches, which keep their own journal; changes
-- outside of a batch are audited row by row.
create schema sales;
grant usage on schema sales to parterre_app;

-- watch_outside audits what is not written by a batch, and refuses any change
-- without an actor.
create function sales.require_actor() returns trigger language plpgsql set search_path = '' as $$
begin
  if coalesce(current_setting('app.actor', true), '') = '' then
    raise exception 'a change of %.% came without an actor', tg_table_schema, tg_table_name using errcode = 'PT401';
  end if;
  return null;
end $$;
create function sales.watch_outside(t regclass, variadic omit text[] default '{}') returns void language plpgsql as $$
declare
  args text := (select coalesce(string_agg(quote_literal(o), ', '), '') from unnest(omit) o);
begin
  execute format('create trigger actor before insert or update or delete on %s for each statement execute function sales.require_actor()', t);
  execute format('create trigger audit_new after insert on %s for each row when (coalesce(current_setting(''app.batch'', true), '''') = '''') execute function audit.record(%s)', t, args);
  execute format('create trigger audit_change after update or delete on %s for each row when (coalesce(current_setting(''app.batch'', true), '''') = '''') execute function audit.record(%s)', t, args);
  execute format('create trigger no_truncate before truncate on %s for each statement execute function audit.refuse()', t);
end $$;

create table sales.orders (
  tenant_id    int not null,
  id           uuid not null, -- made by the client: the order's idempotency key
  session_id   uuid not null,
  buyer        text not null, -- actor, "buyer:<id>" or "user:<id>"
  channel      text not null check (channel in ('online', 'counter', 'agent')),
  state        text not null check (state in ('pending', 'paid', 'confirmed', 'expired', 'cancelled', 'refund_due', 'refunded')),
  hold         uuid not null,
  amount       bigint not null check (amount >= 0),
  lines        jsonb not null, -- [{seat, price, person, kind}]
  contact      bytea,          -- sealed phone number
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  confirmed_at timestamptz,
  primary key (tenant_id, id)
);
create index orders_open on sales.orders (tenant_id, expires_at) where state in ('pending', 'paid', 'refund_due');
create index orders_buyer on sales.orders (tenant_id, buyer, id desc);
create index orders_session on sales.orders (tenant_id, session_id, id desc);
select core.protect('sales.orders', 'select, insert, update');
select sales.watch_outside('sales.orders', 'contact');

-- Live tickets only: the primary key is the last line against selling a seat
-- twice. What is refunded or exchanged moves to ticket_past in one batch.
create table sales.ticket (
  tenant_id  int not null,
  session_id uuid not null,
  seat_id    int not null,
  order_id   uuid not null,
  serial     bigint not null,
  code       text not null,
  price      bigint not null check (price >= 0),
  zone       int not null,
  kind       text not null,
  person_id  uuid,
  channel    text not null,
  sold_at    timestamptz not null,
  edition    int not null default 0,
  prints     int not null default 0,
  primary key (tenant_id, session_id, seat_id)
);
select core.protect('sales.ticket');
select sales.watch_outside('sales.ticket');

create table sales.ticket_past (
  like sales.ticket including defaults,
  state     text not null check (state in ('refunded', 'exchanged', 'void')),
  fee       bigint not null default 0 check (fee >= 0 and fee <= price), -- what was kept of the price
  refund_id uuid,
  ended_at  timestamptz not null,
  primary key (tenant_id, session_id, serial)
);
create index ticket_past_order on sales.ticket_past (tenant_id, order_id);
select core.protect('sales.ticket_past', 'select, insert');
select sales.watch_outside('sales.ticket_past');

create table sales.payment (
  tenant_id  int not null,
  id         uuid not null,
  order_id   uuid not null,
  provider   text not null,
  amount     bigint not null check (amount > 0),
  state      text not null check (state in ('waiting', 'paid', 'closed')),
  ref        text not null default '',
  created_at timestamptz not null,
  paid_at    timestamptz,
  primary key (tenant_id, id)
);
create index payment_order on sales.payment (tenant_id, order_id);
select core.protect('sales.payment', 'select, insert, update');
select sales.watch_outside('sales.payment');

-- Every notice that came, also wrong ones: evidence in a dispute.
create table sales.notice (
  tenant_id   int not null,
  id          uuid not null,
  provider    text not null,
  notice_id   text not null,
  payment_id  uuid not null,
  amount      bigint not null,
  verdict     text not null check (verdict in ('taken', 'repeated', 'wrong_amount', 'unknown_payment')),
  received_at timestamptz not null,
  primary key (tenant_id, id)
);
select core.protect('sales.notice', 'select, insert');
select sales.watch_outside('sales.notice');

create table sales.refund (
  tenant_id  int not null,
  id         uuid not null,
  order_id   uuid not null,
  session_id uuid not null,
  seats      int[] not null,
  fees       bigint[] not null check (cardinality(fees) = cardinality(seats)), -- one a seat
  paid       bigint not null check (paid >= 0),
  fee        bigint not null check (fee >= 0 and fee <= paid),
  reason     text not null check (length(reason) between 1 and 200),
  state      text not null check (state in ('asked', 'seats_back', 'done', 'refused')),
  asked_by   text not null,
  created_at timestamptz not null,
  done_at    timestamptz,
  primary key (tenant_id, id)
);
create index refund_order on sales.refund (tenant_id, order_id);
create index refund_open on sales.refund (tenant_id, created_at) where state in ('asked', 'seats_back');
select core.protect('sales.refund', 'select, insert, update');
select sales.watch_outside('sales.refund');
