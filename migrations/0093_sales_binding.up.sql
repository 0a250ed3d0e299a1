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
