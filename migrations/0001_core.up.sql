-- Tenants, row-level security, the audit log and idempotency.
--
-- Helpers that later steps use on each of their tables:
--   core.protect('schema.table')            row-level security + grants for the app's role
--   core.protect('schema.table', 'select')  the same with fewer verbs
--   audit.watch('schema.table', 'col', ...) audit trigger; the named columns are left out of before and after

create schema core;
create schema audit;
grant usage on schema core, audit to parterre_app;

-- The tenant of this transaction, null when none is set, so that every policy
-- is closed then.
create function core.current_tenant() returns int language sql stable parallel safe as
$$ select nullif(current_setting('app.tenant', true), '')::int $$;

create table core.tenant (
  tenant_id  int primary key generated always as identity,
  slug       text not null unique check (slug ~ '^[a-z][a-z0-9-]{1,30}$'),
  name       text not null check (length(name) between 1 and 100),
  host       text unique check (host = lower(host)),
  is_default boolean not null default false,
  created_at timestamptz not null default now()
);
create unique index tenant_one_default on core.tenant (is_default) where is_default;

-- protect closes a table to all but the current tenant. FORCE binds the owner
-- as well. verbs are what the app's role may do.
create function core.protect(t regclass, verbs text default 'select, insert, update, delete') returns void
language plpgsql as $$
begin
  execute format('alter table %s enable row level security', t);
  execute format('alter table %s force row level security', t);
  execute format('create policy tenant on %s using (tenant_id = core.current_tenant()) with check (tenant_id = core.current_tenant())', t);
  execute format('grant %s on %s to parterre_app', verbs, t);
end $$;

select core.protect('core.tenant', 'select');

-- Questions that must be asked before a tenant is known. They answer with ids
-- only.
alter table core.tenant no force row level security;
create function core.tenant_ids() returns setof int language sql stable security definer set search_path = '' as
$$ select tenant_id from core.tenant order by 1 $$;
create function core.tenant_of(in_slug text, in_host text) returns int language sql stable security definer set search_path = '' as
$$ select tenant_id from core.tenant
   where case when in_slug <> '' then slug = in_slug else host = lower(in_host) or is_default end
   order by host = lower(in_host) desc nulls last limit 1 $$;
create function core.add_tenant(in_slug text, in_name text, in_host text, in_default boolean) returns int
language plpgsql security definer set search_path = '' as $$
declare
  id int := nextval(pg_get_serial_sequence('core.tenant', 'tenant_id'));
begin
  perform set_config('app.tenant', id::text, true); -- the audit entry of its own creation belongs to it
  insert into core.tenant (tenant_id, slug, name, host, is_default) overriding system value
    values (id, in_slug, in_name, nullif(lower(in_host), ''), in_default);
  return id;
end $$;
revoke all on function core.add_tenant(text, text, text, boolean) from public;

-- A request that changed something, with its answer, so that the same key
-- sent again gets the same answer and no second effect.
create table core.idempotency (
  tenant_id  int not null,
  actor      text not null,
  key        text not null check (length(key) between 8 and 100),
  route      text not null,
  body_hash  bytea not null,
  status     int,
  answer     bytea,
  created_at timestamptz not null,
  primary key (tenant_id, actor, key)
);
select core.protect('core.idempotency');
create index idempotency_age on core.idempotency (tenant_id, created_at);

-- The audit log -------------------------------------------------------------
-- Entries are written by triggers only: the app's role can read them and
-- nothing else. Each is sealed at commit: it gets the next number of its
-- tenant and a hash over the one before and itself. Sealing is deferred to
-- commit so that the one lock per tenant is taken last and held shortest.
create table audit.entry (
  tenant_id  int not null,
  id         bigint not null generated always as identity,
  at         timestamptz not null,
  actor      text not null,
  actor_name text not null,
  reason     text not null,
  approver   text not null,
  request    text not null,
  action     text not null,
  target     text not null,
  key        jsonb not null,
  before     jsonb,
  after      jsonb,
  seq        bigint,
  hash       bytea,
  primary key (tenant_id, id)
);
create unique index entry_seq on audit.entry (tenant_id, seq);
create index entry_target on audit.entry (tenant_id, target, key);
select core.protect('audit.entry', 'select');

create table audit.head (
  tenant_id int primary key,
  seq       bigint not null,
  hash      bytea not null
);
select core.protect('audit.head', 'select');
-- The functions below are the owner's and write for whichever tenant a row
-- belongs to; the app's role stays bound by the policies.
alter table audit.entry no force row level security;
alter table audit.head no force row level security;

-- What is hashed: every column, each with its length before it, so that no two
-- entries have the same text. Go computes the same in modules/audit.
create function audit.canonical(e audit.entry) returns bytea language sql immutable as $$
  select convert_to(string_agg(case when v is null then '-1:' else octet_length(v) || ':' || v end, '' order by n), 'UTF8')
  from (values
    (1, e.tenant_id::text), (2, e.seq::text), (3, (extract(epoch from e.at) * 1000000)::bigint::text), (4, e.actor), (5, e.actor_name),
    (6, e.reason), (7, e.approver), (8, e.request), (9, e.action), (10, e.target), (11, e.key::text), (12, e.before::text), (13, e.after::text)
  ) as c(n, v) $$;

create function audit.seal() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  e audit.entry;
  h audit.head;
begin
  insert into audit.head values (new.tenant_id, 0, '\x') on conflict do nothing;
  select * into h from audit.head where tenant_id = new.tenant_id for update;
  select * into e from audit.entry where tenant_id = new.tenant_id and id = new.id;
  e.seq := h.seq + 1;
  e.hash := sha256(h.hash || audit.canonical(e));
  update audit.entry set seq = e.seq, hash = e.hash where tenant_id = e.tenant_id and id = e.id;
  update audit.head set seq = e.seq, hash = e.hash where tenant_id = e.tenant_id;
  return null;
end $$;
create constraint trigger seal after insert on audit.entry deferrable initially deferred
  for each row execute function audit.seal();

-- A sealed entry does not change, not even by the owner's hand.
create function audit.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only' using errcode = 'PT403';
end $$;
create trigger immutable before update on audit.entry for each row when (old.seq is not null) execute function audit.refuse();
create trigger no_delete before delete on audit.entry for each row execute function audit.refuse();
create trigger no_truncate before truncate on audit.entry for each statement execute function audit.refuse();

-- record is the trigger of every watched table. Its arguments are columns that
-- stay out of the log (personal data that must be erasable, large documents).
create function audit.record() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  who  text := current_setting('app.actor', true);
  old_ jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  new_ jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  row_ jsonb := coalesce(new_, old_);
  pk   jsonb;
  col  text;
begin
  if who is null or who = '' then
    raise exception 'a change of %.% came without an actor', tg_table_schema, tg_table_name using errcode = 'PT401';
  end if;
  if old_ = new_ then
    return null;
  end if;
  select coalesce(jsonb_object_agg(a.attname, row_ -> a.attname), '{}') into pk
    from pg_catalog.pg_index i join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
    where i.indrelid = tg_relid and i.indisprimary and a.attname <> 'tenant_id';
  if tg_op = 'UPDATE' then -- only what changed
    select jsonb_object_agg(k, v) into old_ from jsonb_each(old_) as o(k, v) where v is distinct from new_ -> k;
    select jsonb_object_agg(k, v) into new_ from jsonb_each(new_) as n(k, v) where old_ ? k;
  end if;
  foreach col in array coalesce(tg_argv, '{}') loop
    if old_ ? col then old_ := jsonb_set(old_, array[col], '"(omitted)"'); end if;
    if new_ ? col then new_ := jsonb_set(new_, array[col], '"(omitted)"'); end if;
  end loop;
  insert into audit.entry (tenant_id, at, actor, actor_name, reason, approver, request, action, target, key, before, after)
  values ((row_ ->> 'tenant_id')::int, pg_catalog.clock_timestamp(), who, coalesce(current_setting('app.actor_name', true), ''),
    coalesce(current_setting('app.reason', true), ''), coalesce(current_setting('app.approver', true), ''),
    coalesce(current_setting('app.request', true), ''), lower(tg_op), tg_table_schema || '.' || tg_table_name, pk, old_, new_);
  return null;
end $$;

create function audit.watch(t regclass, variadic omit text[] default '{}') returns void language plpgsql as $$
declare
  args text := (select coalesce(string_agg(quote_literal(o), ', '), '') from unnest(omit) o);
begin
  execute format('create trigger audit after insert or update or delete on %s for each row execute function audit.record(%s)', t, args);
  execute format('create trigger audit_truncate before truncate on %s for each statement execute function audit.refuse()', t);
end $$;

-- note writes an entry that no table shows: a sign-in refused, an export, a
-- reading of personal data.
create function audit.note(in_action text, in_target text, in_key jsonb, in_detail jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if coalesce(current_setting('app.actor', true), '') = '' then
    raise exception 'a note came without an actor' using errcode = 'PT401';
  end if;
  insert into audit.entry (tenant_id, at, actor, actor_name, reason, approver, request, action, target, key, after)
  values (core.current_tenant(), pg_catalog.clock_timestamp(), current_setting('app.actor', true), coalesce(current_setting('app.actor_name', true), ''),
    coalesce(current_setting('app.reason', true), ''), coalesce(current_setting('app.approver', true), ''),
    coalesce(current_setting('app.request', true), ''), in_action, in_target, in_key, in_detail);
end $$;

select audit.watch('core.tenant');
