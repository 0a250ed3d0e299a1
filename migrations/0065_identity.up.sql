-- Persons that tickets are bound to (实名), sealed; erased after the session.
create schema identity;
grant usage on schema identity to parterre_app;

create table identity.person (
  tenant_id  int not null,
  id         uuid not null,
  session_id uuid not null,
  kind       text not null,
  name       bytea not null,  -- sealed
  number     bytea not null,  -- sealed
  blind      bytea not null check (length(blind) = 16),
  guardian   boolean not null default false,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create index person_session on identity.person (tenant_id, session_id);
select core.protect('identity.person');
-- What is erased must not live on in the audit log.
select sales.watch_outside('identity.person', 'name', 'number', 'blind');

-- One document, one ticket of a session (RL-1): the primary key is the last
-- line behind the seat engine.
create table identity.holding (
  tenant_id  int not null,
  session_id uuid not null,
  blind      bytea not null check (length(blind) = 16),
  seat_id    int not null,
  primary key (tenant_id, session_id, blind)
);
select core.protect('identity.holding');
select sales.watch_outside('identity.holding', 'blind');

-- What a person agreed to, when (RL-14).
create table identity.consent (
  tenant_id  int not null,
  id         uuid not null,
  subject    text not null, -- actor
  purpose    text not null,
  text_hash  bytea not null,
  at         timestamptz not null,
  primary key (tenant_id, id)
);
select core.protect('identity.consent', 'select, insert');
select audit.watch('identity.consent');
