-- Packages (套票) and season series: several tickets sold as one thing at one
-- price. What is offered is a document with versions; what was bought is a
-- bundle whose parts are ordinary orders, one a session.
create table sales.package (
  tenant_id  int not null references core.tenant,
  id         uuid not null,
  no         int not null check (no between 1 and 9999), -- in the price code that regulators are told
  show_id    uuid not null,
  state      text not null check (state in ('draft', 'on_sale', 'closed')),
  content    jsonb not null,
  version    int not null default 1,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, no)
);
create index package_show on sales.package (tenant_id, show_id, id);
select core.protect('sales.package', 'select, insert, update');
select audit.watch('sales.package');

create table sales.bundle (
  tenant_id    int not null,
  id           uuid not null, -- made by the client: the bundle's idempotency key
  package_id   uuid not null,
  option_no    int not null,
  content      jsonb not null, -- the package as it was sold
  buyer        text not null,
  channel      text not null check (channel in ('online', 'counter')),
  state        text not null check (state in ('held', 'placing', 'pending', 'paid', 'confirmed', 'expired', 'cancelled', 'refund_due')),
  amount       bigint not null check (amount >= 0),
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  confirmed_at timestamptz,
  busy_until   timestamptz, -- somebody is confirming it until then
  primary key (tenant_id, id)
);
create index bundle_package on sales.bundle (tenant_id, package_id, id desc);
create index bundle_buyer on sales.bundle (tenant_id, buyer, id desc);
create index bundle_open on sales.bundle (tenant_id, expires_at) where state in ('held', 'placing', 'pending', 'paid');
select core.protect('sales.bundle', 'select, insert, update');
select audit.watch('sales.bundle', 'busy_until');

create table sales.bundle_part (
  tenant_id  int not null,
  bundle_id  uuid not null,
  no         int not null,
  session_id uuid not null,
  order_id   uuid not null, -- of the part's own order, made when people are named
  hold       uuid not null,
  seats      int[] not null,
  prices     bigint[] not null check (cardinality(prices) = cardinality(seats)), -- each ticket's share of the package's price
  primary key (tenant_id, bundle_id, no),
  unique (tenant_id, order_id)
);
select core.protect('sales.bundle_part', 'select, insert');
select audit.watch('sales.bundle_part');
