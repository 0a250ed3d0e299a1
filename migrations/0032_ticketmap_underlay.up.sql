-- Who saved a plan last: what a second designer is told.
alter table ticketmap.plan add column changed_by text not null default '' check (length(changed_by) <= 100);

-- Pictures to trace a plan over (描图底图): one for each level of a hall, and one for all levels (level ''). They are
-- no part of any plan; the bytes are what our own encoder wrote, never what was sent.
create table ticketmap.underlay (
  tenant_id    int not null,
  hall_id      uuid not null,
  level        text not null check (level = '' or level ~ '^[A-Za-z0-9._:-]{1,40}$'),
  media        text not null check (media in ('image/png', 'image/jpeg')),
  hash         text not null check (hash ~ '^[0-9a-f]{64}$'),
  width        int not null check (width between 1 and 12000),
  height       int not null check (height between 1 and 12000),
  x            int not null check (x between -5000000 and 5000000),
  y            int not null check (y between -5000000 and 5000000),
  mm_per_pixel double precision not null check (mm_per_pixel between 0.01 and 10000),
  opacity      int not null check (opacity between 5 and 100),
  picture      bytea not null check (length(picture) <= 33554432),
  changed_at   timestamptz not null,
  primary key (tenant_id, hall_id, level),
  foreign key (tenant_id, hall_id) references venue.hall
);
alter table ticketmap.underlay alter picture set storage external;
select core.protect('ticketmap.underlay');
select audit.watch('ticketmap.underlay', 'picture');
