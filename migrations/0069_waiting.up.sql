-- The waiting room of a session (FC-5.1.2, SEC-ASVS-2.4.1). Tickets and passes
-- are signed and not stored; the row is what a restart needs.
create schema waiting;
grant usage on schema waiting to parterre_app;

create table waiting.room (
  tenant_id  int not null references core.tenant,
  session_id uuid not null,
  enabled    boolean not null,
  opens_at   timestamptz not null, -- until then all places are drawn by lot
  measured   boolean not null,     -- admit at the pace of confirmed orders, within low and high
  low        int not null check (low between 1 and 100000),     -- admissions a minute
  high       int not null check (high between low and 100000),
  inside     int not null check (inside between 1 and 1000000), -- most passes at once
  pass_minutes int not null check (pass_minutes between 1 and 120),
  seed       bytea not null check (length(seed) = 32),          -- of the draw; its hash is told from the start
  reserved   bigint not null default 0,  -- places below are given out, or lost in a crash
  drawn      bigint,                     -- how many took part in the draw
  admitted   bigint not null default 0,  -- places up to here may enter
  claimed    bytea not null default '',  -- a bit for each place that got its pass
  version    int not null default 1,
  changed_at timestamptz not null,
  primary key (tenant_id, session_id)
);
select core.protect('waiting.room', 'select, insert, update');
select audit.watch('waiting.room', 'seed', 'claimed', 'reserved', 'admitted');
