-- Orders and tickets as a sales module would keep them, for the tests and the
-- bench of modules/inventory. Not part of the product's schema.
create schema inventorytest;
grant usage on schema inventorytest to parterre_app;

create table inventorytest.sale (
  tenant_id  int not null,
  sale_id    uuid not null, -- the confirm command's key
  session_id uuid not null,
  buyer      uuid,
  channel    smallint not null,
  tickets    int not null,
  total      bigint not null,
  at         timestamptz not null,
  primary key (tenant_id, sale_id)
);
select core.protect('inventorytest.sale');

create table inventorytest.ticket (
  tenant_id  int not null,
  session_id uuid not null,
  seat_id    int not null,
  sale_id    uuid not null,
  price      bigint not null,
  document   bytea,
  primary key (tenant_id, session_id, seat_id)
);
select core.protect('inventorytest.ticket');

create table inventorytest.returned (
  tenant_id  int not null,
  key        uuid not null,
  session_id uuid not null,
  seat_id    int not null,
  sale_id    uuid not null,
  price      bigint not null,
  primary key (tenant_id, key, seat_id)
);
select core.protect('inventorytest.returned');

create trigger guard before insert or update or delete on inventorytest.sale for each statement execute function inventory.guard();
create trigger guard before insert or update or delete on inventorytest.ticket for each statement execute function inventory.guard();
create trigger guard before insert or update or delete on inventorytest.returned for each statement execute function inventory.guard();
