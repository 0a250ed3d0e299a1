-- The sandbox payment provider stands for another company's system: its data
-- has no tenant and no part of Parterre but the sandbox itself reads it.
create schema payment_sandbox;
grant usage on schema payment_sandbox to parterre_app;

create table payment_sandbox.payment (
  id         uuid primary key,
  merchant   text not null,
  order_ref  text not null,
  amount     bigint not null check (amount > 0),
  subject    text not null,
  state      text not null check (state in ('waiting', 'paid', 'closed')),
  mode       text not null default 'normal',
  number     bigint not null generated always as identity,
  return_url text not null,
  notify_url text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  paid_at    timestamptz
);
create table payment_sandbox.refund (
  id         uuid primary key,
  payment_id uuid not null references payment_sandbox.payment,
  amount     bigint not null check (amount > 0),
  reason     text not null,
  number     bigint not null generated always as identity,
  created_at timestamptz not null
);
-- Notices to be sent, with when and how often; sent again until answered.
create table payment_sandbox.notice (
  id         bigint primary key generated always as identity,
  payment_id uuid not null references payment_sandbox.payment,
  amount     bigint not null,
  due_at     timestamptz not null,
  tries      int not null default 0,
  done       boolean not null default false
);
create index notice_due on payment_sandbox.notice (due_at) where not done;
grant select, insert, update on all tables in schema payment_sandbox to parterre_app;
