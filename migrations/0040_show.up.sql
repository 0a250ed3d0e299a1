-- Productions (演出项目), their approvals (批文) and sessions (场次).
create schema show;
grant usage on schema show to parterre_app;

create table show.show (
  tenant_id        int not null,
  id               uuid not null,
  kind             text not null check (kind in ('performance', 'film')),
  title            text not null check (length(title) between 1 and 100),
  title_en         text not null default '' check (length(title_en) <= 200),
  performance_type text not null check (performance_type ~ '^[0-9]{4}$'),
  organiser        text not null check (length(organiser) between 1 and 100),
  performers       text not null default '' check (length(performers) <= 500),
  synopsis         text not null default '' check (length(synopsis) <= 4000),
  minutes          int not null check (minutes between 1 and 1440),
  notes            text not null default '' check (length(notes) <= 2000),
  state            text not null default 'draft' check (state in ('draft', 'active', 'cancelled', 'ended')),
  version          int not null default 1,
  created_at       timestamptz not null,
  primary key (tenant_id, id)
);
select core.protect('show.show', 'select, insert, update');
select audit.watch('show.show', 'synopsis');

-- RL-7: every change of what the authority approved is a new version with its
-- own document number; versions are never edited.
create table show.approval (
  tenant_id  int not null,
  show_id    uuid not null,
  version    int not null,
  number     text not null check (length(number) between 4 and 60),
  authority  text not null check (length(authority) between 1 and 100),
  audience   int not null check (audience between 1 and 200000),
  valid_from date not null,
  valid_to   date not null,
  note       text not null default '' check (length(note) <= 500),
  created_at timestamptz not null,
  primary key (tenant_id, show_id, version),
  foreign key (tenant_id, show_id) references show.show,
  check (valid_from <= valid_to)
);
select core.protect('show.approval', 'select, insert');
select audit.watch('show.approval');

create table show.session (
  tenant_id        int not null,
  id               uuid not null,
  show_id          uuid not null,
  hall_id          uuid not null,
  plan_id          uuid not null,
  map_id           uuid,
  code             text not null check (code ~ '^[0-9]{21}$'),
  starts_at        timestamptz not null,
  doors_at         timestamptz not null,
  ends_at          timestamptz not null,
  approval_version int not null,
  audience         int not null check (audience between 1 and 200000),
  state            text not null check (state in ('created', 'scheduled', 'on_sale', 'paused', 'closed', 'cancelled', 'ended')),
  opens_at         timestamptz,
  closes_at        timestamptz,
  rules            jsonb not null,
  version          int not null default 1,
  created_at       timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, show_id) references show.show,
  foreign key (tenant_id, hall_id) references venue.hall,
  foreign key (tenant_id, show_id, approval_version) references show.approval,
  check (doors_at <= starts_at and starts_at < ends_at),
  check (state in ('created', 'cancelled') or map_id is not null)
);
create unique index session_code on show.session (tenant_id, code);
create index session_start on show.session (tenant_id, starts_at, id);
create index session_hall on show.session (tenant_id, hall_id, starts_at);
select core.protect('show.session', 'select, insert, update');
select audit.watch('show.session');
