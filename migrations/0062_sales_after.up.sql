-- What happens to a ticket after its sale: one correction of its name.
create table sales.correction (
  tenant_id     int not null,
  session_id    uuid not null,
  serial        bigint not null, -- one correction a ticket
  id            uuid not null,
  order_id      uuid not null,
  seat_id       int not null,
  person_before uuid,
  person_after  uuid not null,
  asked_by      text not null,
  at            timestamptz not null,
  primary key (tenant_id, session_id, serial)
);
select core.protect('sales.correction', 'select, insert');
select sales.watch_outside('sales.correction');

-- A seller's shift at a counter: the float at its start, the cash counted at
-- its end, and who else looked at it.
create table sales.shift (
  tenant_id  int not null,
  id         uuid not null,
  seller     text not null, -- actor
  counter    text not null check (length(counter) <= 60),
  opening    bigint not null check (opening >= 0), -- float (备用金)
  opened_at  timestamptz not null,
  closed_at  timestamptz,
  counted    bigint check (counted >= 0),
  expected   bigint,
  totals     jsonb, -- by way of payment, as they stood at the close
  note       text not null default '' check (length(note) <= 500),
  signed_by  text,
  signed_at  timestamptz,
  primary key (tenant_id, id),
  check ((closed_at is null) = (counted is null)),
  check (signed_by is null or (closed_at is not null and signed_by <> seller))
);
create unique index shift_open on sales.shift (tenant_id, seller) where closed_at is null;
create index shift_opened on sales.shift (tenant_id, opened_at desc, id desc);
select core.protect('sales.shift', 'select, insert, update');
select audit.watch('sales.shift');

-- How much of a refund goes through the payment's provider; the rest is given
-- back over the counter, where a difference had been paid.
alter table sales.refund add column through bigint check (through >= 0);
alter table sales.payment add column taken_by text; -- actor who took cash or a card at the counter
