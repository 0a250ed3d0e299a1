-- Discounts and vouchers (优惠与代金券). What a rule says is a document
-- (package discount); what bounds it is counted under the rule's row lock.
create table sales.discount_group (
  tenant_id int not null,
  id        text not null check (id ~ '^[a-z0-9-]{1,40}$'),
  body      jsonb not null,
  version   int not null default 1,
  primary key (tenant_id, id)
);
select core.protect('sales.discount_group', 'select, insert, update');
select audit.watch('sales.discount_group');

create table sales.discount_rule (
  tenant_id  int not null,
  id         uuid not null, -- made by the client
  body       jsonb not null,
  active     boolean not null,
  version    int not null default 1,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
select core.protect('sales.discount_rule', 'select, insert, update');
select audit.watch('sales.discount_rule');

-- What a bounded rule gave so far.
create table sales.discount_meter (
  tenant_id int not null,
  rule_id   uuid not null,
  spent     bigint not null default 0 check (spent >= 0),
  orders    int not null default 0 check (orders >= 0),
  primary key (tenant_id, rule_id)
);
select core.protect('sales.discount_meter', 'select, insert, update');
select sales.watch_outside('sales.discount_meter');

create table sales.voucher_batch (
  tenant_id  int not null,
  id         uuid not null, -- made by the client
  rule_id    uuid not null,
  name       text not null check (length(name) between 1 and 100),
  codes      int not null check (codes between 1 and 100000),
  uses       int not null check (uses between 1 and 100000), -- of each code
  starts_at  timestamptz not null,
  expires_at timestamptz not null check (expires_at > starts_at),
  give_back  boolean not null, -- a refund of the whole order gives the use back
  secret     bytea not null,   -- sealed; the codes are made of it
  voided_at  timestamptz,
  created_by text not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, rule_id) references sales.discount_rule
);
select core.protect('sales.voucher_batch', 'select, insert, update');
select audit.watch('sales.voucher_batch', 'secret');

-- Codes are kept as their hash alone.
create table sales.voucher (
  tenant_id int not null,
  hash      bytea not null check (length(hash) = 32),
  batch_id  uuid not null,
  no        int not null,
  uses_left int not null check (uses_left >= 0),
  primary key (tenant_id, hash),
  unique (tenant_id, batch_id, no),
  foreign key (tenant_id, batch_id) references sales.voucher_batch
);
select core.protect('sales.voucher', 'select, insert, update');
select sales.watch_outside('sales.voucher', 'hash');

-- reserved: taken for an order that is being made; used: the order is there, and
-- its end may give back; returned: given back; kept: nothing is to be given back.
create table sales.discount_use (
  tenant_id  int not null,
  order_id   uuid not null,
  rule_id    uuid not null,
  voucher    bytea,
  amount     bigint not null check (amount > 0),
  tickets    int not null check (tickets > 0),
  bounded    boolean not null, -- counted in discount_meter
  state      text not null check (state in ('reserved', 'used', 'returned', 'kept')),
  at         timestamptz not null,
  primary key (tenant_id, order_id, rule_id)
);
create index discount_use_reserved on sales.discount_use (tenant_id, at) where state = 'reserved';
create index discount_use_open on sales.discount_use (tenant_id, order_id) where state = 'used';
create index discount_use_rule on sales.discount_use (tenant_id, rule_id, at desc);
select core.protect('sales.discount_use', 'select, insert, update, delete');
select sales.watch_outside('sales.discount_use', 'voucher');

-- Which documents had tickets by a rule that bounds them, as blind indexes.
create table sales.discount_person (
  tenant_id  int not null,
  rule_id    uuid not null,
  blind      bytea not null,
  order_id   uuid not null,
  session_id uuid not null,
  tickets    int not null check (tickets > 0),
  primary key (tenant_id, rule_id, blind, order_id)
);
create index discount_person_order on sales.discount_person (tenant_id, order_id);
create index discount_person_session on sales.discount_person (tenant_id, session_id);
select core.protect('sales.discount_person', 'select, insert, delete');
select sales.watch_outside('sales.discount_person', 'blind');
