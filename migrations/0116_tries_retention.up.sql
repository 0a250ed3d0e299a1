-- How often something was tried and missed, counted by all nodes together: the
-- moment at which a key has its whole allowance again (GCRA). who is a keyed
-- digest of a login or an address.
create table sales.tries (
  tenant_id int not null,
  what      text not null,
  who       bytea not null,
  full_at   timestamptz not null,
  primary key (tenant_id, what, who)
);
select core.protect('sales.tries', 'select, insert, update, delete');
create index tries_old on sales.tries (tenant_id, full_at);

-- How long personal data is kept, by kind: each change is a version of its own,
-- the newest is in force.
create table sales.retention (
  tenant_id     int not null references core.tenant,
  version       int not null check (version > 0),
  persons_days  int not null check (persons_days between 1 and 365),
  invoices_days int not null check (invoices_days between 1095 and 3660),
  reason        text not null check (length(reason) between 2 and 200),
  changed_by    text not null,
  changed_at    timestamptz not null,
  primary key (tenant_id, version)
);
select core.protect('sales.retention', 'select, insert');
select audit.watch('sales.retention');
