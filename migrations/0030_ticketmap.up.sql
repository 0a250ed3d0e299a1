-- Seat plans of halls and their versions; ticket maps: a plan dressed for sale.
create schema ticketmap;
grant usage on schema ticketmap to parterre_app;

-- The bytes of a plan by the hash of its canonical document, so that a
-- published plan cannot change and equal plans are stored once. All three are gzip:
-- the document, the document without seats, and the geometry codec's bytes.
create table ticketmap.content (
  tenant_id  int not null,
  hash       text not null check (hash ~ '^[0-9a-f]{64}$'),
  document   bytea not null,
  skeleton   bytea not null,
  geometry   bytea not null,
  created_at timestamptz not null,
  primary key (tenant_id, hash)
);
alter table ticketmap.content alter document set storage external, alter skeleton set storage external, alter geometry set storage external;
select core.protect('ticketmap.content', 'select, insert, delete');

create table ticketmap.plan (
  tenant_id    int not null,
  id           uuid not null,
  hall_id      uuid not null,
  number       int not null check (number >= 1),
  state        text not null check (state in ('draft', 'published')),
  name         text not null check (length(name) between 1 and 100),
  hash         text not null,
  seats        int not null,
  places       int not null,
  next_seat_id int not null,
  counts       jsonb not null,
  version      int not null default 1,
  created_at   timestamptz not null,
  changed_at   timestamptz not null,
  published_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, hall_id) references venue.hall,
  foreign key (tenant_id, hash) references ticketmap.content,
  check ((state = 'published') = (published_at is not null))
);
create unique index plan_number on ticketmap.plan (tenant_id, hall_id, number);
create unique index plan_draft on ticketmap.plan (tenant_id, hall_id) where state = 'draft';
create index plan_content on ticketmap.plan (tenant_id, hash);
select core.protect('ticketmap.plan');
select audit.watch('ticketmap.plan');

-- A published version is frozen: sessions, tickets and reports refer to it.
create function ticketmap.frozen() returns trigger language plpgsql as $$
begin
  raise exception 'a published plan does not change' using errcode = 'PT409';
end $$;
create trigger frozen before update or delete on ticketmap.plan for each row when (old.state = 'published') execute function ticketmap.frozen();

-- A ticket map: zones, prices and holds over one published plan, for one session
-- or as a template (session_id is null). What it says stands in its revisions, which are only added to.
create table ticketmap.map (
  tenant_id  int not null,
  id         uuid not null,
  plan_id    uuid not null,
  session_id uuid,
  name       text not null check (length(name) between 1 and 100),
  approved   int not null default 0 check (approved between 0 and 200000),
  live       boolean not null default false, -- on sale at least once: every rule binds each change
  revision   int not null check (revision >= 1),
  created_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, plan_id) references ticketmap.plan,
  check (session_id is null or approved >= 1)
);
create unique index map_session on ticketmap.map (tenant_id, session_id) where session_id is not null;
create index map_plan on ticketmap.map (tenant_id, plan_id);
select core.protect('ticketmap.map', 'select, insert, update');
select audit.watch('ticketmap.map');

create table ticketmap.revision (
  tenant_id  int not null,
  map_id     uuid not null,
  revision   int not null,
  content    jsonb not null,
  actor      text not null,
  created_at timestamptz not null,
  primary key (tenant_id, map_id, revision),
  foreign key (tenant_id, map_id) references ticketmap.map
);
select core.protect('ticketmap.revision', 'select, insert');
select audit.watch('ticketmap.revision', 'content');
