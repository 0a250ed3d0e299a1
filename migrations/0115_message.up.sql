-- Text messages to buyers: an outbox that is sent once, and the house's way of
-- sending it. A message holds no number: it names the entry of a waiting list
-- or the order that has it sealed, so that what is erased there is gone here.
alter table sales.waitlist_entry add column notify boolean not null default false; -- the buyer agreed to be sent a message

create table sales.message (
  tenant_id  int not null,
  id         uuid not null,
  purpose    text not null check (purpose in ('wait_offer', 'bind_reminder')),
  ref        uuid not null, -- the entry or the order
  session_id uuid not null,
  until      timestamptz not null, -- of no use afterwards
  created_at timestamptz not null,
  state      text not null default 'waiting' check (state in ('waiting', 'sent', 'parked', 'dropped')),
  attempts   int not null default 0,
  next_at    timestamptz not null,
  status     int not null default 0, -- the last answer's HTTP status, 0 for none
  error      text not null default '',
  sandbox    text not null default '', -- what would have been sent
  sent_at    timestamptz,
  primary key (tenant_id, id)
);
create index message_due on sales.message (tenant_id, next_at) where state = 'waiting';
select core.protect('sales.message', 'select, insert, update');

create table channel.texting (
  tenant_id  int primary key references core.tenant,
  mode       text not null check (mode in ('off', 'sandbox', 'webhook')),
  id         uuid not null, -- the secret is sealed for it
  url        text not null default '' check (length(url) <= 500),
  secret     bytea, -- sealed
  version    int not null default 1,
  changed_at timestamptz not null,
  check (mode <> 'webhook' or (url <> '' and secret is not null))
);
select core.protect('channel.texting', 'select, insert, update');
select audit.watch('channel.texting', 'secret');
