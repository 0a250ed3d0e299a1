-- The seats of a session: who may write (lease), what was decided (journal),
-- and a snapshot now and then so that a rebuild is short.

create schema inventory;
grant usage on schema inventory to parterre_app;

-- One writer per session. Every batch checks the epoch; who takes a lease over
-- raises it, so a writer that lost its lease commits nothing.
create table inventory.lease (
  tenant_id  int not null,
  session_id uuid not null,
  epoch      bigint not null check (epoch > 0),
  owner      text not null check (length(owner) between 1 and 200),
  expires_at timestamptz not null,
  primary key (tenant_id, session_id)
);
select core.protect('inventory.lease', 'select, insert, update');

-- One row per batch and tenant, numbered without gaps, each hashed over the
-- one before. The body holds every event with its actor (modules/inventory, Frame).
create table inventory.journal (
  tenant_id int not null,
  seq       bigint not null check (seq > 0),
  at        timestamptz not null,
  events    int not null check (events > 0),
  hash      bytea not null check (length(hash) = 32),
  body      bytea not null,
  primary key (tenant_id, seq)
);
alter table inventory.journal alter column body set storage external;
select core.protect('inventory.journal', 'select');

create table inventory.head (
  tenant_id int primary key,
  seq       bigint not null,
  hash      bytea not null
);
select core.protect('inventory.head', 'select');

-- Which journal rows speak of a session, so that a rebuild reads only those.
create table inventory.session_journal (
  tenant_id   int not null,
  session_id  uuid not null,
  seq         bigint not null,
  first_event bigint not null,
  last_event  bigint not null check (last_event >= first_event),
  primary key (tenant_id, session_id, seq)
);
select core.protect('inventory.session_journal', 'select');

create table inventory.snapshot (
  tenant_id  int not null,
  session_id uuid not null,
  event      bigint not null,
  at         timestamptz not null,
  body       bytea not null,
  primary key (tenant_id, session_id)
);
alter table inventory.snapshot alter column body set storage external;
select core.protect('inventory.snapshot', 'select, insert, update');

-- acquire gives the lease of a session to a node: a new epoch, or no row when
-- another node's lease still runs. It waits for a batch of the old owner that
-- is being committed, so who gets the lease sees all that was committed.
create function inventory.acquire(in_session uuid, in_owner text, in_ttl_ms bigint) returns table (epoch bigint)
language sql security invoker set search_path = '' as $$
  insert into inventory.lease as l (tenant_id, session_id, epoch, owner, expires_at)
  values (core.current_tenant(), in_session, 1, in_owner, pg_catalog.clock_timestamp() + in_ttl_ms * interval '1 ms')
  on conflict (tenant_id, session_id) do update
    set epoch = l.epoch + 1, owner = excluded.owner, expires_at = excluded.expires_at
    where l.owner = excluded.owner or l.expires_at < pg_catalog.clock_timestamp()
  returning l.epoch $$;

-- append is the end of a batch for one tenant: it checks the epoch of every
-- session of the batch, holds these leases until commit, and writes the journal row.
-- PT409 says that a lease was lost: nothing of the batch may be kept.
create function inventory.append(in_sessions uuid[], in_epochs bigint[], in_first bigint[], in_last bigint[],
  in_at timestamptz, in_events int, in_body bytea) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  t int := core.current_tenant();
  h inventory.head;
  n int;
begin
  if coalesce(current_setting('app.actor', true), '') = '' then
    raise exception 'a batch came without an actor' using errcode = 'PT401';
  end if;
  select count(*) into n from (
    select 1 from inventory.lease l
    where l.tenant_id = t and l.session_id = any (in_sessions)
      and l.epoch = in_epochs[array_position(in_sessions, l.session_id)]
    order by l.session_id for share) held;
  if n <> cardinality(in_sessions) then
    raise exception 'the lease of a session was lost' using errcode = 'PT409';
  end if;
  if in_events = 0 then
    return 0;
  end if;
  update inventory.head set seq = head.seq + 1, hash = sha256(head.hash || int8send(head.seq + 1) || in_body)
    where tenant_id = t returning * into h;
  if not found then
    insert into inventory.head values (t, 1, sha256(int8send(1) || in_body)) returning * into h;
  end if;
  insert into inventory.journal values (t, h.seq, in_at, in_events, h.hash, in_body);
  insert into inventory.session_journal
    select t, f.s, h.seq, f.a, f.b from unnest(in_sessions, in_first, in_last) f(s, a, b) where f.b >= f.a;
  return h.seq;
end $$;

-- The journal does not change, not even by the owner's hand.
create trigger immutable before update or delete on inventory.journal for each row execute function audit.refuse();
create trigger no_truncate before truncate on inventory.journal for each statement execute function audit.refuse();

-- guard is the trigger of tables whose rows are written by batches: a change
-- that comes neither with an actor nor from a batch is refused.
create function inventory.guard() returns trigger language plpgsql set search_path = '' as $$
begin
  if coalesce(current_setting('app.actor', true), '') = '' or coalesce(current_setting('app.batch', true), '') = '' then
    raise exception '%.% is written by the seat engine''s batches only', tg_table_schema, tg_table_name using errcode = 'PT401';
  end if;
  return null;
end $$;
