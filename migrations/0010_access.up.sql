-- Accounts, roles, sessions, devices and API keys.
--
-- No secret is stored: passwords as argon2id, tokens and codes as SHA-256.
-- A token names its tenant, so it is looked up under row-level security like
-- everything else.

create schema access;
grant usage on schema access to parterre_app;

-- A tenant's rules for its staff. A tenant without a row has the defaults of
-- modules/access.
create table access.policy (
  tenant_id         int primary key references core.tenant,
  password_min      int not null check (password_min between 8 and 64),
  password_classes  int not null check (password_classes between 1 and 4),
  password_days     int not null check (password_days between 0 and 3650), -- 0: never to be changed
  lock_after        int not null check (lock_after between 3 and 20),
  lock_seconds      int not null check (lock_seconds between 1 and 3600),
  lock_max_seconds  int not null check (lock_max_seconds between lock_seconds and 86400),
  idle_minutes      int not null check (idle_minutes between 1 and 1440),
  session_minutes   int not null check (session_minutes between idle_minutes and 10080),
  changed_at        timestamptz not null
);
select core.protect('access.policy', 'select, insert, update');
select audit.watch('access.policy');

create table access.account (
  tenant_id   int not null references core.tenant,
  id          uuid not null,
  login       text not null check (login ~ '^[a-z0-9][a-z0-9._@-]{1,63}$'),
  name        text not null check (length(name) between 1 and 100),
  password    text, -- argon2id in PHC form; null: cannot sign in by password
  password_at timestamptz,
  must_change boolean not null default false,
  disabled_at timestamptz,
  created_at  timestamptz not null,
  primary key (tenant_id, id),
  constraint account_login unique (tenant_id, login)
);
select core.protect('access.account', 'select, insert, update');
select audit.watch('access.account', 'password');

create table access.account_role (
  tenant_id  int not null,
  account_id uuid not null,
  role       text not null check (role in ('manager', 'designer', 'seller', 'gate', 'finance', 'auditor', 'platform-admin')),
  given_at   timestamptz not null,
  primary key (tenant_id, account_id, role),
  foreign key (tenant_id, account_id) references access.account
);
select core.protect('access.account_role', 'select, insert, delete');
select audit.watch('access.account_role');

create table access.session (
  tenant_id    int not null,
  id           uuid not null,
  account_id   uuid not null,
  token_hash   bytea not null check (length(token_hash) = 32),
  started_at   timestamptz not null,
  ends_at      timestamptz not null check (ends_at > started_at),
  idle_seconds int not null check (idle_seconds > 0),
  ended_at     timestamptz,
  ended_why    text check (ended_why in ('sign-out', 'replaced', 'password', 'disabled')),
  primary key (tenant_id, id),
  constraint session_token unique (tenant_id, token_hash),
  foreign key (tenant_id, account_id) references access.account,
  check ((ended_at is null) = (ended_why is null))
);
create index session_account on access.session (tenant_id, account_id) where ended_at is null;
select core.protect('access.session', 'select, insert, update');
select audit.watch('access.session', 'token_hash');

-- A machine that proves itself by a key of its own.
create table access.device (
  tenant_id  int not null references core.tenant,
  id         uuid not null,
  kind       text not null check (kind in ('gate', 'counter', 'kiosk', 'edge')),
  name       text not null check (length(name) between 1 and 100),
  venue_id   uuid,
  gate_id    uuid,
  key_hash   bytea not null check (length(key_hash) = 32),
  paired_at  timestamptz not null,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  constraint device_key unique (tenant_id, key_hash)
);
select core.protect('access.device', 'select, insert, update');
select audit.watch('access.device', 'key_hash');

-- A one-time code by which a device gets its key.
create table access.pairing (
  tenant_id  int not null references core.tenant,
  id         uuid not null,
  code_hash  bytea not null check (length(code_hash) = 32),
  kind       text not null check (kind in ('gate', 'counter', 'kiosk', 'edge')),
  name       text not null check (length(name) between 1 and 100),
  venue_id   uuid,
  gate_id    uuid,
  made_at    timestamptz not null,
  expires_at timestamptz not null check (expires_at > made_at),
  device_id  uuid, -- set when the code is used
  primary key (tenant_id, id),
  foreign key (tenant_id, device_id) references access.device
);
create unique index pairing_code on access.pairing (tenant_id, code_hash) where device_id is null;
select core.protect('access.pairing', 'select, insert, update');
select audit.watch('access.pairing', 'code_hash');

create table access.api_key (
  tenant_id   int not null references core.tenant,
  id          uuid not null,
  name        text not null check (length(name) between 1 and 100),
  prefix      text not null,
  key_hash    bytea not null check (length(key_hash) = 32),
  permissions text[] not null check (cardinality(permissions) > 0),
  made_at     timestamptz not null,
  expires_at  timestamptz not null check (expires_at > made_at),
  revoked_at  timestamptz,
  primary key (tenant_id, id),
  constraint api_key_key unique (tenant_id, key_hash)
);
select core.protect('access.api_key', 'select, insert, update');
select audit.watch('access.api_key', 'key_hash');

-- When a session, device or key was last seen: to the minute, and not in the
-- audit log, which would hold little else.
create table access.presence (
  tenant_id int not null references core.tenant,
  id        uuid not null,
  seen_at   timestamptz not null,
  primary key (tenant_id, id)
);
select core.protect('access.presence', 'select, insert, update');

-- Tries that failed, by the hash of what was tried (a login, a pairing code's
-- sender), whether or not there is such an account. Not watched: each refusal
-- is noted in the audit log by itself.
create table access.attempt (
  tenant_id    int not null references core.tenant,
  subject      bytea not null check (length(subject) = 32),
  failures     int not null check (failures > 0),
  last_at      timestamptz not null,
  locked_until timestamptz,
  primary key (tenant_id, subject)
);
create index attempt_age on access.attempt (tenant_id, last_at);
select core.protect('access.attempt');
