-- Pickup codes (取票码): by which a counter finds a paid order. The code is no
-- part of the key, so that the audit log does not hold it.
create table sales.pickup (
  tenant_id int not null,
  order_id  uuid not null,
  code      text not null check (code ~ '^[0-9]{10}$'),
  made_at   timestamptz not null,
  primary key (tenant_id, order_id),
  constraint pickup_code unique (tenant_id, code)
);
select core.protect('sales.pickup', 'select, insert');
select audit.watch('sales.pickup', 'code');
