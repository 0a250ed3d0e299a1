-- Exchanges to dearer seats whose difference the buyer pays online (补差价换座):
-- the new seats are held, the old tickets stay valid until it is paid.
create table sales.exchange_due (
  tenant_id  int not null,
  id         uuid not null, -- made by the client, the key of the move
  order_id   uuid not null,
  session_id uuid not null,
  from_seats int[] not null,
  to_seats   int[] not null,
  hold       uuid not null,
  amount     bigint not null check (amount > 0),
  state      text not null check (state in ('pending', 'paid', 'done', 'lapsed', 'cancelled', 'refunded')),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  done_at    timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, order_id) references sales.orders (tenant_id, id)
);
create unique index exchange_due_open on sales.exchange_due (tenant_id, order_id) where state in ('pending', 'paid');
select core.protect('sales.exchange_due', 'select, insert, update');
select sales.watch_outside('sales.exchange_due');

alter table sales.payment add column exchange_id uuid; -- whose difference it pays
create index payment_exchange on sales.payment (tenant_id, exchange_id) where exchange_id is not null;
