-- Which places a session lost when it moved to another plan version, and which
-- version they were of: its journal speaks of them, so a rebuild must know them.
create table inventory.reseat (
  tenant_id  int not null,
  session_id uuid not null,
  event      bigint not null check (event > 0),
  at         timestamptz not null,
  plan_id    uuid not null,
  gone       int[] not null,
  primary key (tenant_id, session_id, event)
);
select core.protect('inventory.reseat', 'select, insert');
