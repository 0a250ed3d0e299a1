-- Prices by channel, ticket kind and package: each change says which price it was.
alter table ticketmap.price_change
  add column channel text not null default 'online' check (channel in ('online', 'counter', 'agent')),
  add column kind    text not null default 'full' check (length(kind) between 1 and 40),
  add column package text not null default '' check (length(package) <= 40);
alter table ticketmap.price_change drop constraint price_change_pkey;
alter table ticketmap.price_change add primary key (tenant_id, map_id, revision, zone, channel, kind, package);
