-- Numbers that are given out once: show numbers, ticket serials.

create schema codes;
grant usage on schema codes to parterre_app;

create table codes.sequence (
  tenant_id int not null,
  name      text not null check (length(name) between 1 and 40),
  scope     text not null check (length(scope) between 1 and 100),
  last      bigint not null check (last > 0), -- the last number that was reserved
  primary key (tenant_id, name, scope)
);
select core.protect('codes.sequence', 'select, insert, update');

-- A number that was given out is never given out again, not even by a mistaken update.
create function codes.only_forward() returns trigger language plpgsql as $$
begin
  if (new.tenant_id, new.name, new.scope) is distinct from (old.tenant_id, old.name, old.scope) or new.last < old.last then
    raise exception 'numbers are never given out twice' using errcode = 'PT403';
  end if;
  return new;
end $$;
create trigger only_forward before update on codes.sequence for each row execute function codes.only_forward();

-- Numbers that were reserved and will never be used, and why.
create table codes.gap (
  tenant_id int not null,
  name      text not null,
  scope     text not null,
  first     bigint not null check (first > 0),
  last      bigint not null,
  reason    text not null check (length(reason) between 1 and 200),
  at        timestamptz not null,
  primary key (tenant_id, name, scope, first),
  foreign key (tenant_id, name, scope) references codes.sequence (tenant_id, name, scope),
  check (last >= first)
);
select core.protect('codes.gap', 'select, insert');
select audit.watch('codes.gap');
