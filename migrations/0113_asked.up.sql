-- What a request under a client-made id asked for, as a keyed digest: the same
-- id with other content is refused instead of answered with what was made
-- before. Orders carry theirs themselves. Erased with the persons (RL-13).
create table sales.asked (
  tenant_id int not null,
  what      text not null,
  id        uuid not null,
  digest    bytea not null,
  at        timestamptz not null,
  primary key (tenant_id, what, id)
);
select core.protect('sales.asked', 'select, insert, delete');
create index asked_at on sales.asked (tenant_id, at);
