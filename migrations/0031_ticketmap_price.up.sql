-- Price programs of ticket maps, what they changed, and how far the seat
-- engine of a session follows its map.

-- Versions are only added: any price of the past can be explained from them.
create table ticketmap.price_program (
  tenant_id  int not null,
  map_id     uuid not null,
  version    int not null check (version >= 1),
  name       text not null check (length(name) between 1 and 100),
  document   jsonb not null,
  note       text not null default '' check (length(note) <= 200),
  actor      text not null,
  created_at timestamptz not null,
  primary key (tenant_id, map_id, version),
  foreign key (tenant_id, map_id) references ticketmap.map
);
select core.protect('ticketmap.price_program', 'select, insert');
select audit.watch('ticketmap.price_program', 'document');

-- Which program works on a map: none, by proposals that a person confirms, or by itself.
create table ticketmap.price_state (
  tenant_id    int not null,
  map_id       uuid not null,
  program      int,
  mode         text not null check (mode in ('manual', 'automatic')),
  revision     int not null, -- of the map when it was activated: later changes by hand are left alone
  activated_at timestamptz not null,
  primary key (tenant_id, map_id),
  foreign key (tenant_id, map_id) references ticketmap.map,
  foreign key (tenant_id, map_id, program) references ticketmap.price_program
);
create index price_active on ticketmap.price_state (tenant_id, map_id) where program is not null;
select core.protect('ticketmap.price_state', 'select, insert, update');
select audit.watch('ticketmap.price_state');

create table ticketmap.price_proposal (
  tenant_id  int not null,
  id         uuid not null,
  map_id     uuid not null,
  program    int not null,
  revision   int not null, -- of the map that it was computed for
  lines      jsonb not null,
  state      text not null check (state in ('open', 'confirmed', 'rejected', 'superseded')),
  created_at timestamptz not null,
  decided_at timestamptz,
  decided_by text not null default '',
  primary key (tenant_id, id),
  foreign key (tenant_id, map_id, program) references ticketmap.price_program,
  check ((state = 'open') = (decided_at is null))
);
create unique index price_proposal_open on ticketmap.price_proposal (tenant_id, map_id) where state = 'open';
create index price_proposal_map on ticketmap.price_proposal (tenant_id, map_id, created_at desc);
select core.protect('ticketmap.price_proposal', 'select, insert, update');
select audit.watch('ticketmap.price_proposal', 'lines');

-- RL-15: every change of a price with its rule and what the rule saw.
create table ticketmap.price_change (
  tenant_id int not null,
  map_id    uuid not null,
  revision  int not null,
  zone      int not null,
  old       bigint check (old >= 0), -- null: the zone is new
  new       bigint check (new >= 0), -- null: the zone is gone
  source    text not null check (source in ('hand', 'program')),
  program   int,
  proposal  uuid,
  facts     jsonb,
  steps     jsonb not null default '[]',
  actor     text not null,
  at        timestamptz not null,
  primary key (tenant_id, map_id, revision, zone),
  foreign key (tenant_id, map_id, revision) references ticketmap.revision,
  check ((source = 'program') = (program is not null and facts is not null))
);
create index price_change_zone on ticketmap.price_change (tenant_id, map_id, zone, at desc);
select core.protect('ticketmap.price_change', 'select, insert');
select audit.watch('ticketmap.price_change');

-- The revision that the seat engine of the map's session sells by.
create table ticketmap.applied (
  tenant_id int not null,
  map_id    uuid not null,
  revision  int not null,
  tried     int not null,
  problem   text not null default '',
  at        timestamptz not null,
  primary key (tenant_id, map_id),
  foreign key (tenant_id, map_id) references ticketmap.map
);
select core.protect('ticketmap.applied', 'select, insert, update');
select audit.watch('ticketmap.applied');
