-- Agents (代理商): who sells for the theatre by API, what they sold under which
-- name, and what they are told (webhooks, changes of the catalogue).
create schema channel;
grant usage on schema channel to parterre_app;

-- A sandbox is a whole tenant, chosen before the first order, so that nothing
-- tried out there can be taken for a sale, and no sale for a trial.
create table channel.mode (
  tenant_id  int primary key references core.tenant,
  sandbox    boolean not null,
  changed_at timestamptz not null
);
select core.protect('channel.mode', 'select, insert, update');
select audit.watch('channel.mode');

create table channel.agent (
  tenant_id  int not null references core.tenant,
  id         uuid not null,
  name       text not null check (length(name) between 1 and 100), -- told to buyers (RL-6)
  sandbox    boolean not null,
  disabled   boolean not null default false,
  rate       int not null default 20 check (rate between 1 and 1000),   -- requests a second, per key
  burst      int not null default 40 check (burst between 1 and 10000),
  pool       text not null default '' check (length(pool) <= 60),       -- allotment: a reserved pool by its name
  version    int not null default 1,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
select core.protect('channel.agent', 'select, insert, update');
select audit.watch('channel.agent');

create table channel.agent_key (
  tenant_id int not null,
  key_id    uuid not null, -- access.api_key
  agent_id  uuid not null,
  bound_at  timestamptz not null,
  primary key (tenant_id, key_id),
  foreign key (tenant_id, agent_id) references channel.agent
);
create index agent_key_agent on channel.agent_key (tenant_id, agent_id);
select core.protect('channel.agent_key', 'select, insert');
select audit.watch('channel.agent_key');

-- Under which name and number of its own an agent sold an order (RL-6). Written
-- before the order, which may then be refused.
create table channel.sale (
  tenant_id  int not null,
  order_id   uuid not null,
  agent_id   uuid not null,
  agent_name text not null,
  ref        text not null default '' check (length(ref) <= 60),
  created_at timestamptz not null,
  primary key (tenant_id, order_id),
  foreign key (tenant_id, agent_id) references channel.agent
);
create index sale_agent on channel.sale (tenant_id, agent_id, order_id desc);
select core.protect('channel.sale', 'select, insert');
select audit.watch('channel.sale');

create table channel.hook (
  tenant_id      int not null,
  id             uuid not null,
  agent_id       uuid not null,
  url            text not null check (length(url) between 9 and 500),
  events         text[] not null check (cardinality(events) between 1 and 20),
  secret         bytea not null, -- sealed
  previous       bytea,          -- sealed; signs along until previous_until
  previous_until timestamptz,
  enabled        boolean not null default true,
  created_at     timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, agent_id) references channel.agent
);
create index hook_agent on channel.hook (tenant_id, agent_id);
select core.protect('channel.hook');
select audit.watch('channel.hook', 'secret', 'previous');

-- The outbox of webhooks. A row is sent again until it is answered with 2xx or
-- parked; its id never changes, so who gets it twice can tell.
create table channel.push (
  tenant_id  int not null,
  id         uuid not null,
  hook_id    uuid not null,
  agent_id   uuid not null,
  type       text not null,
  body       text not null,
  created_at timestamptz not null,
  state      text not null default 'waiting' check (state in ('waiting', 'sent', 'parked')),
  attempts   int not null default 0,
  next_at    timestamptz not null,
  status     int not null default 0,  -- the last answer's HTTP status, 0 for none
  error      text not null default '',
  sent_at    timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, hook_id) references channel.hook on delete cascade
);
create index push_due on channel.push (tenant_id, next_at) where state = 'waiting';
create index push_hook on channel.push (tenant_id, hook_id, id desc);
select core.protect('channel.push');

-- Changes of the catalogue, numbered without gaps in the order of their commits.
create table channel.change (
  tenant_id int not null,
  seq       bigint not null check (seq > 0),
  kind      text not null check (kind in ('venue', 'show', 'session')),
  ref       uuid not null,
  at        timestamptz not null,
  primary key (tenant_id, seq)
);
select core.protect('channel.change', 'select, insert');

create table channel.seen (
  tenant_id int not null,
  kind      text not null,
  ref       uuid not null,
  digest    text not null,
  primary key (tenant_id, kind, ref)
);
select core.protect('channel.seen');

-- How far the journal of the sale path was read, and the last change. Its row
-- is locked by whoever gathers, so there is one gatherer a tenant.
create table channel.position (
  tenant_id int primary key references core.tenant,
  journal   bigint not null,
  change    bigint not null
);
select core.protect('channel.position', 'select, insert, update');
