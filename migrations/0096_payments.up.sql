-- How the buyer is to pay: a code on the screen, a phone's browser, a page…
-- One payment of an order is made for each way, since providers bind a number
-- to the way it was made for.
alter table sales.payment add column scene text not null default '';

-- The providers that a tenant takes money with (支付渠道). What is secret of
-- settings is sealed with the tenant and the account bound to it.
create table sales.pay_account (
  tenant_id  int not null,
  code       text not null check (code ~ '^[a-z][a-z0-9-]{1,39}$'), -- in addresses, and sales.payment.provider
  kind       text not null check (kind in ('wechat', 'alipay')),
  id         uuid not null,
  name       text not null check (length(name) between 1 and 60), -- what buyers read
  name_en    text not null default '',
  venue_id   uuid,                   -- null: all venues
  channels   text[] not null,        -- online, counter
  enabled    boolean not null,
  simulated  boolean not null default false,
  settings   jsonb not null,         -- what is not secret
  secrets    bytea not null,         -- sealed JSON
  version    int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, code)
);
create unique index pay_account_id on sales.pay_account (tenant_id, id);
select core.protect('sales.pay_account', 'select, insert, update');
select audit.watch('sales.pay_account', 'secrets');

-- A provider's bill of a day against our payments (对账): the figures, and each
-- difference.
create table sales.reconciliation (
  tenant_id   int not null,
  account     text not null,
  day         date not null,
  ours        jsonb not null, -- {paid, paidFen, back, backFen}
  theirs      jsonb not null,
  differences jsonb not null, -- [{kind, payment, refund, ours, theirs, ref}]
  made_by     text not null,
  made_at     timestamptz not null,
  primary key (tenant_id, account, day)
);
select core.protect('sales.reconciliation', 'select, insert, update');
select audit.watch('sales.reconciliation');
create index payment_paid_at on sales.payment (tenant_id, provider, paid_at) where state = 'paid';

-- The simulated WeChat Pay and Alipay stand for other companies' systems: no
-- tenants, and no part of Parterre but the simulation reads them.
create table payment_sandbox.merchant (
  kind       text not null check (kind in ('wechat', 'alipay')),
  merchant   text not null, -- mchid, or the seller's id
  app        text not null,
  serial     text not null default '',
  public_key text not null, -- PEM
  api_key    text not null default '',
  primary key (kind, app)
);
create table payment_sandbox.trade (
  kind       text not null,
  app        text not null,
  number     text not null, -- the merchant's
  serial     bigint not null generated always as identity,
  amount     bigint not null check (amount > 0),
  subject    text not null,
  scene      text not null,
  state      text not null check (state in ('waiting', 'paid', 'closed')),
  notify_url text not null,
  return_url text not null default '',
  expires_at timestamptz not null,
  created_at timestamptz not null,
  paid_at    timestamptz,
  primary key (kind, app, number)
);
create table payment_sandbox.trade_refund (
  kind       text not null,
  app        text not null,
  number     text not null,
  trade      text not null,
  serial     bigint not null generated always as identity,
  amount     bigint not null check (amount > 0),
  reason     text not null,
  state      text not null check (state in ('processing', 'success')),
  notify_url text not null default '',
  created_at timestamptz not null,
  done_at    timestamptz,
  primary key (kind, app, number)
);
create table payment_sandbox.message (
  id     bigint primary key generated always as identity,
  kind   text not null,
  app    text not null,
  trade  text not null,
  refund text not null default '',
  fault  text not null default '',
  due_at timestamptz not null,
  tries  int not null default 0,
  done   boolean not null default false
);
create index message_due on payment_sandbox.message (due_at) where not done;
grant select, insert, update on payment_sandbox.merchant, payment_sandbox.trade, payment_sandbox.trade_refund, payment_sandbox.message to parterre_app;
