-- The outbox: facts, channels, deliveries, messages and their receipts, and the
-- daily reports. modules/reporting/doc.go holds the state chart.
create schema reporting;
grant usage on schema reporting to parterre_app;

-- A registration with a regulator. Secrets are named here, never kept.
create table reporting.channel (
  tenant_id  int not null,
  code       text not null check (code ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  name       text not null check (length(name) between 1 and 100),
  adapter    text not null check (adapter ~ '^[a-z][a-z0-9]{0,19}$'),
  venues     text[] not null default '{}', -- none means all
  kinds      text[] not null default '{}', -- none means all
  settings   jsonb not null default '{}',
  active     boolean not null default true,
  version    int not null default 1,
  created_at timestamptz not null,
  primary key (tenant_id, code)
);
select core.protect('reporting.channel', 'select, insert, update');
select audit.watch('reporting.channel');

-- How a channel stands; it changes with every delivery, so it is not audited.
create table reporting.channel_state (
  tenant_id     int not null,
  channel       text not null,
  next_seq      bigint not null default 1 check (next_seq > 0),
  owner         text not null default '',
  epoch         bigint not null default 0,
  lease_until   timestamptz,
  next_at       timestamptz,
  failures      int not null default 0,
  blocked       text not null default '',
  blocked_since timestamptz,
  primary key (tenant_id, channel),
  foreign key (tenant_id, channel) references reporting.channel
);
select core.protect('reporting.channel_state', 'select, insert, update');

-- What happened. Append-only: the app's role can neither change nor delete.
create table reporting.fact (
  tenant_id   int not null,
  position    bigint not null generated always as identity,
  id          uuid not null,
  language    int not null,
  kind        text not null,
  venue       text not null,
  subject     text not null,
  at          timestamptz not null,
  body        jsonb not null,
  recorded_at timestamptz not null,
  actor       text not null,
  primary key (tenant_id, position)
);
create unique index fact_id on reporting.fact (tenant_id, id);
create index fact_subject on reporting.fact (tenant_id, kind, subject);
select core.protect('reporting.fact', 'select, insert');

-- Facts that have no numbers yet. xid is the writing transaction: the sequencer
-- takes only rows that no running transaction can still come before, so numbers
-- follow commit order and none is skipped.
create table reporting.inbox (
  tenant_id int not null,
  position  bigint not null,
  xid       xid8 not null default pg_current_xact_id(),
  primary key (tenant_id, position)
);
select core.protect('reporting.inbox', 'select, insert, delete');

create table reporting.message (
  tenant_id  int not null,
  id         uuid not null,
  channel    text not null,
  kind       text not null,
  seqs       bigint[] not null check (cardinality(seqs) > 0),
  bytes      bytea not null,
  state      text not null check (state in ('open', 'accepted', 'partly', 'refused', 'renewed')),
  attempts   int not null default 0,
  code       text not null default '',
  text       text not null default '',
  receipt    bytea,
  opened_at  timestamptz not null,
  settled_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, channel) references reporting.channel,
  check ((state = 'open') = (settled_at is null))
);
create unique index message_one_open on reporting.message (tenant_id, channel) where state = 'open'; -- stop and wait
create index message_opened on reporting.message (tenant_id, channel, opened_at);
select core.protect('reporting.message', 'select, insert, update');

-- A message's bytes and deliveries never change: repeating must be harmless.
create function reporting.keep_message() returns trigger language plpgsql as $$
begin
  raise exception 'the bytes of a message do not change' using errcode = 'PT409';
end $$;
create trigger keep before update on reporting.message for each row
  when (old.bytes is distinct from new.bytes or old.seqs is distinct from new.seqs or old.state <> 'open')
  execute function reporting.keep_message();

create table reporting.attempt (
  tenant_id  int not null,
  message_id uuid not null,
  number     int not null check (number > 0),
  owner      text not null,
  started_at timestamptz not null,
  deadline   timestamptz not null,
  ended_at   timestamptz,
  class      text not null default '',
  code       text not null default '',
  text       text not null default '',
  primary key (tenant_id, message_id, number),
  foreign key (tenant_id, message_id) references reporting.message
);
select core.protect('reporting.attempt', 'select, insert, update');

create table reporting.delivery (
  tenant_id  int not null,
  channel    text not null,
  seq        bigint not null check (seq > 0),
  position   bigint not null,
  state      text not null check (state in ('pending', 'sending', 'accepted', 'parked', 'requeued', 'dropped')),
  solo       boolean not null default false,
  message_id uuid,
  code       text not null default '',
  text       text not null default '',
  updated_at timestamptz not null,
  primary key (tenant_id, channel, seq),
  foreign key (tenant_id, channel) references reporting.channel,
  foreign key (tenant_id, position) references reporting.fact,
  foreign key (tenant_id, message_id) references reporting.message,
  check (state <> 'sending' or message_id is not null)
);
create index delivery_pending on reporting.delivery (tenant_id, channel, seq) where state = 'pending';
create index delivery_parked on reporting.delivery (tenant_id, channel, seq) where state = 'parked';
create index delivery_fact on reporting.delivery (tenant_id, position);
create index delivery_message on reporting.delivery (tenant_id, message_id);
create index delivery_recent on reporting.delivery (tenant_id, updated_at desc);
select core.protect('reporting.delivery', 'select, insert, update');

-- What a person decided about a parked delivery, and why.
create table reporting.decision (
  tenant_id int not null,
  channel   text not null,
  seq       bigint not null,
  action    text not null check (action in ('requeue', 'drop')),
  reason    text not null check (length(reason) between 1 and 500),
  actor     text not null,
  new_seq   bigint,
  at        timestamptz not null,
  primary key (tenant_id, channel, seq),
  foreign key (tenant_id, channel, seq) references reporting.delivery,
  check ((action = 'requeue') = (new_seq is not null))
);
select core.protect('reporting.decision', 'select, insert');
select audit.watch('reporting.decision');

-- Every version of every session's daily report.
create table reporting.daily (
  tenant_id    int not null,
  session_code text not null,
  day          date not null,
  version      int not null check (version > 0),
  late         boolean not null,
  fact_id      uuid not null,
  body         jsonb not null,
  made_at      timestamptz not null,
  actor        text not null,
  primary key (tenant_id, session_code, day, version)
);
create index daily_day on reporting.daily (tenant_id, day);
select core.protect('reporting.daily', 'select, insert');

-- The closing of a day, as often as it was run.
create table reporting.day_close (
  tenant_id int not null,
  day       date not null,
  first_at  timestamptz not null,
  last_at   timestamptz not null,
  runs      int not null default 1,
  sessions  int not null,
  problems  jsonb not null default '[]',
  primary key (tenant_id, day)
);
select core.protect('reporting.day_close', 'select, insert, update');
select audit.watch('reporting.day_close');

-- How far each projector has read its source.
create table reporting.projector (
  tenant_id  int not null,
  name       text not null,
  position   bigint not null,
  updated_at timestamptz not null,
  primary key (tenant_id, name)
);
select core.protect('reporting.projector', 'select, insert, update');
