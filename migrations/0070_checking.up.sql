-- Admission (检票): one row a ticket that was let in, a counter a session, and
-- every scan with its verdict.
create schema checking;
grant usage on schema checking to parterre_app;

create table checking.admission (
  tenant_id   int not null,
  session_id  uuid not null,
  ticket_code text not null,
  scan_id     uuid not null,
  gate        text not null,
  device      text not null,
  method      text not null check (method in ('qr', 'code', 'idcard', 'rfid')),
  at          timestamptz not null,
  persons     int not null check (persons > 0),
  primary key (tenant_id, session_id, ticket_code)
);
select core.protect('checking.admission');
select audit.watch('checking.admission');

-- inside may never pass approved (RL-9): the last line behind the rule.
create table checking.occupancy (
  tenant_id  int not null,
  session_id uuid not null,
  approved   int not null,
  inside     int not null default 0,
  primary key (tenant_id, session_id),
  check (inside between 0 and approved)
);
select core.protect('checking.occupancy', 'select, insert, update');

-- The scan's id is made by the device, so that a repeated request finds it.
-- Scans are facts: they are added and never changed.
create table checking.scan (
  tenant_id   int not null,
  id          uuid not null,
  session_id  uuid,
  ticket_code text,
  method      text not null,
  gate        text not null,
  device      text not null,
  device_name text not null,
  admitted    boolean not null,
  reason      text not null default '',
  offline     boolean not null default false,
  scanned_at  timestamptz not null,
  at          timestamptz not null,
  answer      jsonb not null,
  primary key (tenant_id, id)
);
create index scan_recent on checking.scan (tenant_id, session_id, at desc, id);
create index scan_ticket on checking.scan (tenant_id, ticket_code, at);
select core.protect('checking.scan', 'select, insert');
