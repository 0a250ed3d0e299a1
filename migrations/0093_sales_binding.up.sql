-- Binding tickets to persons before a deadline (RL-3), work passes and
-- complimentary tickets (RL-4).

-- What a session does about tickets without a person; absent: the default.
create table sales.bind_policy (
  tenant_id  int not null references core.tenant,
  session_id uuid not null,
  remind     int[] not null, -- hours before the deadline
  action     text not null check (action in ('lock', 'release', 'none')),
  changed_at timestamptz not null,
  primary key (tenant_id, session_id)
);
select core.protect('sales.bind_policy', 'select, insert, update');
select audit.watch('sales.bind_policy');

-- Each step of the deadline job, once: hours before the deadline, 0 the deadline itself.
create table sales.bind_step (
  tenant_id  int not null,
  session_id uuid not null,
  step       int not null check (step >= 0),
  unbound    int not null,
  action     text not null check (action in ('remind', 'lock', 'release', 'none')),
  at         timestamptz not null,
  primary key (tenant_id, session_id, step)
);
select core.protect('sales.bind_step', 'select, insert');
select audit.watch('sales.bind_step');

-- Whom a step reminded.
create table sales.bind_reminder (
  tenant_id  int not null,
  session_id uuid not null,
  order_id   uuid not null,
  step       int not null,
  tickets    int not null,
  at         timestamptz not null,
  primary key (tenant_id, session_id, order_id, step)
);
select core.protect('sales.bind_reminder', 'select, insert');
select audit.watch('sales.bind_reminder');

-- The first person of a ticket that was sold without one.
create table sales.binding (
  tenant_id  int not null,
  session_id uuid not null,
  serial     bigint not null, -- one binding a ticket
  id         uuid not null,   -- made by the client
  order_id   uuid not null,
  seat_id    int not null,
  person_id  uuid not null,
  bound_by   text not null,
  at         timestamptz not null,
  primary key (tenant_id, session_id, serial)
);
select core.protect('sales.binding', 'select, insert');
select sales.watch_outside('sales.binding');

-- How many a session lets in without a bought ticket; none until it is said.
create table sales.pass_quota (
  tenant_id  int not null references core.tenant,
  session_id uuid not null,
  work       int not null check (work between 0 and 100000),
  gifts      int not null check (gifts between 0 and 100000),
  changed_at timestamptz not null,
  primary key (tenant_id, session_id)
);
select core.protect('sales.pass_quota', 'select, insert, update');
select audit.watch('sales.pass_quota');

-- Work passes (工作证): one person each, with a ticket for each session.
create table sales.pass (
  tenant_id    int not null,
  id           uuid not null, -- made by the client
  organisation text not null check (length(organisation) between 1 and 100),
  role         text not null check (length(role) between 1 and 60),
  areas        text[] not null check (cardinality(areas) between 1 and 20),
  entrance     text not null check (length(entrance) <= 60),
  state        text not null check (state in ('active', 'revoked')),
  issued_by    text not null,
  issued_at    timestamptz not null,
  revoked_by   text,
  revoked_at   timestamptz,
  reason       text not null default '' check (length(reason) <= 200),
  primary key (tenant_id, id),
  check ((state = 'revoked') = (revoked_at is not null))
);
select core.protect('sales.pass', 'select, insert, update');
select audit.watch('sales.pass');

create table sales.pass_ticket (
  tenant_id  int not null,
  session_id uuid not null,
  serial     bigint not null,
  pass_id    uuid not null,
  code       text not null,
  person_id  uuid, -- until the persons of the session are erased
  blind      bytea,
  state      text not null check (state in ('valid', 'void')),
  edition    int not null default 0,
  issued_at  timestamptz not null,
  ended_at   timestamptz,
  primary key (tenant_id, session_id, serial)
);
create index pass_ticket_pass on sales.pass_ticket (tenant_id, pass_id);
create unique index pass_ticket_document on sales.pass_ticket (tenant_id, session_id, blind) where state = 'valid'; -- one document, one pass a session
select core.protect('sales.pass_ticket', 'select, insert, update');
select audit.watch('sales.pass_ticket', 'blind');

-- Complimentary tickets (赠票): to whom and why; the tickets are the order's.
create table sales.gift (
  tenant_id  int not null,
  order_id   uuid not null,
  session_id uuid not null,
  recipient  text not null check (length(recipient) between 1 and 100),
  reason     text not null check (length(reason) between 1 and 200),
  tickets    int not null check (tickets > 0),
  state      text not null check (state in ('asked', 'given', 'refused')),
  given_by   text not null,
  at         timestamptz not null,
  primary key (tenant_id, order_id)
);
create index gift_session on sales.gift (tenant_id, session_id, at);
select core.protect('sales.gift', 'select, insert, update');
select audit.watch('sales.gift');

-- A work pass lets in nobody of the approved audience.
alter table checking.admission drop constraint admission_persons_check, add constraint admission_persons_check check (persons >= 0);
