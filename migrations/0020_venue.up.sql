-- Venues (演出场所) and their halls (厅), with the codes that the coding module
-- gives (PT-venue: 11 digits; hall code: 13).
create schema venue;
grant usage on schema venue to parterre_app;

create table venue.venue (
  tenant_id  int not null,
  id         uuid not null,
  code       text not null check (code ~ '^[0-9]{11}$'),
  name       text not null check (length(name) between 1 and 100),
  name_en    text not null default '' check (length(name_en) <= 200),
  address    text not null default '' check (length(address) <= 200),
  zone       text not null default 'Asia/Shanghai',
  version    int not null default 1,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index venue_code on venue.venue (tenant_id, code);
select core.protect('venue.venue', 'select, insert, update');
select audit.watch('venue.venue');

create table venue.hall (
  tenant_id  int not null,
  id         uuid not null,
  venue_id   uuid not null,
  code       text not null check (code ~ '^[0-9]{13}$'),
  name       text not null check (length(name) between 1 and 100),
  version    int not null default 1,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, venue_id) references venue.venue
);
create unique index hall_code on venue.hall (tenant_id, code);
create unique index hall_name on venue.hall (tenant_id, venue_id, name);
select core.protect('venue.hall', 'select, insert, update');
select audit.watch('venue.hall');
