-- Show numbers belong to the venue code, not to a tenant: two tenants who play
-- in one house would else give the same code twice. All take them from one
-- counter, which the application moves by its function only and cannot read.
create table codes.shared_sequence (
  name  text not null check (length(name) between 1 and 40),
  scope text not null check (length(scope) between 1 and 100),
  last  bigint not null check (last > 0), -- the last number that was reserved
  primary key (name, scope)
);
create function codes.shared_only_forward() returns trigger language plpgsql set search_path = '' as $$
begin
  if (new.name, new.scope) is distinct from (old.name, old.scope) or new.last < old.last then
    raise exception 'numbers are never given out twice' using errcode = 'PT403';
  end if;
  return new;
end $$;
create trigger only_forward before update on codes.shared_sequence for each row execute function codes.shared_only_forward();

-- What was given out before is not given out again. Row-level security does
-- not show the tenants' counters to their owner, so it is off for this moment.
alter table codes.sequence disable row level security;
insert into codes.shared_sequence (name, scope, last) select name, scope, max(last) from codes.sequence where name = 'show' group by name, scope;
alter table codes.sequence enable row level security;

-- reserve_shared takes n numbers for the current tenant and returns the last of
-- them, or null when they have run out. Takers wait for each other until their
-- transactions end, so there are no gaps.
create function codes.reserve_shared(in_name text, in_scope text, in_n bigint, in_limit bigint) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  got bigint;
begin
  if in_n is null or in_n < 1 or in_n > in_limit then
    return null;
  end if;
  insert into codes.shared_sequence as s (name, scope, last) values (in_name, in_scope, in_n)
    on conflict (name, scope) do update set last = s.last + excluded.last where s.last <= in_limit - in_n
    returning s.last into got;
  if got is not null then -- the tenant's own counter tells which was its last
    insert into codes.sequence as s (tenant_id, name, scope, last) values (core.current_tenant(), in_name, in_scope, got)
      on conflict (tenant_id, name, scope) do update set last = greatest(s.last, excluded.last);
  end if;
  return got;
end $$;
revoke all on function codes.reserve_shared(text, text, bigint, bigint) from public;
grant execute on function codes.reserve_shared(text, text, bigint, bigint) to parterre_app;
