-- Invoices requested on orders (发票申请, RL-18). Who it is for and where it
-- goes is sealed; the amount follows from the order's money alone.
create table sales.invoice (
  tenant_id    int not null references core.tenant,
  id           uuid not null, -- made by the client
  order_id     uuid not null, -- or a package's bundle
  buyer        text not null,
  kind         text not null check (kind in ('personal', 'enterprise')),
  title        bytea not null, -- sealed
  tax_number   bytea,          -- sealed
  email        bytea not null, -- sealed
  amount       bigint not null check (amount > 0), -- paid less given back, when it was asked for
  state        text not null check (state in ('requested', 'issued', 'rejected', 'void_due', 'voided')),
  number       text not null default '' check (length(number) <= 40),
  red_number   text not null default '' check (length(red_number) <= 40), -- of the red one that voids it (红字发票)
  reason       text not null default '' check (length(reason) <= 200),
  requested_at timestamptz not null,
  issued_at    timestamptz,
  ended_at     timestamptz,
  done_by      text not null default '',
  primary key (tenant_id, id),
  check ((state in ('issued', 'void_due', 'voided')) = (number <> ''))
);
create unique index invoice_live on sales.invoice (tenant_id, order_id) where state in ('requested', 'issued', 'void_due'); -- one at a time
create index invoice_state on sales.invoice (tenant_id, state, id);
select core.protect('sales.invoice', 'select, insert, update');
select audit.watch('sales.invoice', 'title', 'tax_number', 'email');

-- The day's close over all counters of a tenant: what was signed.
create table sales.day_sign (
  tenant_id  int not null references core.tenant,
  day        date not null,
  shifts     int not null,
  cash       bigint not null,
  total      bigint not null,
  difference bigint not null,
  note       text not null default '' check (length(note) <= 500),
  signed_by  text not null,
  signed_at  timestamptz not null,
  primary key (tenant_id, day, signed_by)
);
select core.protect('sales.day_sign', 'select, insert');
select audit.watch('sales.day_sign');
