-- What the two strategies of the bench need beside the tables that all write.
create table inventorytest.seat (
  tenant_id  int not null,
  session_id uuid not null,
  seat_id    int not null,
  zone       int not null,
  row_no     int not null,
  pos        int not null,
  state      smallint not null default 0,
  hold_id    uuid,
  until      timestamptz,
  primary key (tenant_id, session_id, seat_id)
) with (fillfactor = 60); -- room for updates in place
create index seat_zone on inventorytest.seat (tenant_id, session_id, zone, row_no, pos); -- without the state: it would move with each sale
select core.protect('inventorytest.seat');

create table inventorytest.event (
  tenant_id  int not null,
  key        uuid not null,
  session_id uuid not null,
  kind       smallint not null,
  actor      uuid not null,
  at         timestamptz not null,
  seats      int[] not null,
  primary key (tenant_id, key)
);
select core.protect('inventorytest.event');
