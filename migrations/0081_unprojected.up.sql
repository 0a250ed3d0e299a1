-- Facts that a source gave and that cannot be reported as they are: kept with
-- the reason, so that one of them does not hold up all that follow.
create table reporting.unprojected (
  tenant_id int not null,
  source    text not null,
  position  bigint not null,
  n         int not null,
  kind      text not null,
  subject   text not null,
  problem   text not null,
  fields    jsonb not null default '[]',
  at        timestamptz not null,
  primary key (tenant_id, source, position, n)
);
select core.protect('reporting.unprojected', 'select, insert');
