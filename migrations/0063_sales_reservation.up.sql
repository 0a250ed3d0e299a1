-- Unpaid reservations (预留) of seats for a named contact, until a release
-- time. The seats are held in the seat engine by the same commit.
create table sales.reservation (
  tenant_id   int not null,
  id          uuid not null, -- made by the client
  session_id  uuid not null,
  hold        uuid not null, -- of the seat engine
  owner       text not null, -- actor who made it
  channel     text not null check (channel in ('counter', 'agent')),
  name        bytea,         -- sealed
  phone       bytea,         -- sealed
  note        text not null default '' check (length(note) <= 200),
  lines       jsonb not null, -- [{seat, price, person, kind}]
  release_at  timestamptz not null,
  extended    int not null default 0,
  state       text not null check (state in ('held', 'sold', 'released', 'expired')),
  reason      text not null default '' check (length(reason) <= 200),
  ended_by    text,
  ended_at    timestamptz,
  order_id    uuid,
  created_at  timestamptz not null,
  primary key (tenant_id, id),
  check ((state = 'held') = (ended_at is null)),
  check ((state = 'sold') = (order_id is not null))
);
create unique index reservation_hold on sales.reservation (tenant_id, hold);
create index reservation_due on sales.reservation (tenant_id, release_at) where state = 'held';
create index reservation_session on sales.reservation (tenant_id, session_id, id desc);
select core.protect('sales.reservation', 'select, insert, update');
select sales.watch_outside('sales.reservation', 'name', 'phone');

-- How long and how many: for all sessions (the zero id) or for one.
create table sales.reserve_policy (
  tenant_id     int not null,
  session_id    uuid not null,
  last_minutes  int not null check (last_minutes between 0 and 43200),  -- released at least so long before the start
  longest_hours int not null check (longest_hours between 1 and 8760),  -- from being made or extended
  max_seats     int not null check (max_seats between 1 and 1000),      -- of one reservation
  max_permille  int not null check (max_permille between 0 and 1000),   -- of the places offered, reserved at one time
  version       int not null default 1,
  primary key (tenant_id, session_id)
);
select core.protect('sales.reserve_policy', 'select, insert, update, delete');
select audit.watch('sales.reserve_policy');
