-- The simulated platforms. They stand for another organisation's systems: their
-- rows belong to no tenant of ours, so row-level security by tenant has no
-- meaning here. Nothing of a tenant is stored but what it reported.
create schema lab;
grant usage on schema lab to parterre_app;

create table lab.exchange (
  platform text not null, -- which simulated platform
  number   bigint not null generated always as identity,
  at       timestamptz not null,
  app      text not null,
  message  text not null,
  type     text not null,
  code     text not null,
  effect   boolean not null,
  detail   jsonb not null, -- the exchange without its bytes
  request  bytea not null,
  answer   bytea not null,
  primary key (platform, number)
);
create index exchange_message on lab.exchange (platform, message);
create index exchange_effect on lab.exchange (platform, number) where effect;
grant select, insert on lab.exchange to parterre_app;

create table lab.setting (
  platform text not null,
  name     text not null,
  value    jsonb not null,
  primary key (platform, name)
);
grant select, insert, update on lab.setting to parterre_app;
