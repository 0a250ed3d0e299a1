-- Waiting list (候补): what comes back of a sold-out session is collected in a
-- pool of the seat engine and released at announced times, to the list in
-- order, to the public, or first to the one and then to the other.
create table sales.waitlist_policy (
  tenant_id     int not null,
  session_id    uuid not null,
  active        boolean not null,                                        -- returned places are collected, the list is open
  offer_list    boolean not null,                                        -- a release offers to the list in order
  public_rest   boolean not null,                                        -- and what is left goes on public sale
  claim_minutes int not null check (claim_minutes between 5 and 2880),   -- how long an offer stands
  final_minutes int not null check (final_minutes between 60 and 43200), -- the last release, before the start; then nothing is collected
  version       int not null default 1,
  primary key (tenant_id, session_id),
  check (offer_list or public_rest)
);
select core.protect('sales.waitlist_policy', 'select, insert, update');
select audit.watch('sales.waitlist_policy');

create table sales.waitlist_entry (
  tenant_id  int not null,
  id         uuid not null, -- made by the client
  session_id uuid not null,
  buyer      text not null,
  places     int not null check (places between 1 and 100),
  zones      int[] not null,  -- acceptable ones; empty: any
  max_price  bigint not null default 0 check (max_price >= 0),
  together   boolean not null default false,
  phone      bytea,           -- sealed
  joined_at  timestamptz not null,
  state      text not null check (state in ('waiting', 'offered', 'bought', 'left', 'lapsed', 'closed')),
  reason     text not null default '',
  ended_at   timestamptz,
  primary key (tenant_id, id)
);
create unique index waitlist_one on sales.waitlist_entry (tenant_id, session_id, buyer) where state in ('waiting', 'offered');
create index waitlist_order on sales.waitlist_entry (tenant_id, session_id, joined_at, id) where state = 'waiting';
create index waitlist_buyer on sales.waitlist_entry (tenant_id, buyer, id desc);
create index waitlist_session on sales.waitlist_entry (tenant_id, session_id, id desc);
select core.protect('sales.waitlist_entry', 'select, insert, update');
select sales.watch_outside('sales.waitlist_entry', 'phone');

create table sales.waitlist_release (
  tenant_id    int not null,
  id           uuid not null, -- made by the client
  session_id   uuid not null,
  at           timestamptz not null, -- as announced
  announced_by text not null,
  announced_at timestamptz not null,
  offer_list   boolean not null,
  public_rest  boolean not null,
  state        text not null check (state in ('announced', 'running', 'done', 'cancelled')),
  collected    int not null default 0, -- places in the pool when it began
  to_public    int not null default 0, -- places that went on public sale
  started_at   timestamptz,
  done_at      timestamptz,
  primary key (tenant_id, id)
);
create unique index waitlist_release_at on sales.waitlist_release (tenant_id, session_id, at) where state <> 'cancelled';
create index waitlist_release_due on sales.waitlist_release (tenant_id, at) where state in ('announced', 'running');
select core.protect('sales.waitlist_release', 'select, insert, update');
select audit.watch('sales.waitlist_release');

-- Written by the commit that holds the places for the buyer.
create table sales.waitlist_offer (
  tenant_id  int not null,
  hold       uuid not null,
  release_id uuid not null,
  entry_id   uuid not null,
  session_id uuid not null,
  seats      int[] not null,
  prices     bigint[] not null check (cardinality(prices) = cardinality(seats)),
  made_at    timestamptz not null,
  expires_at timestamptz not null,
  state      text not null check (state in ('open', 'bought', 'lapsed')),
  ended_at   timestamptz,
  primary key (tenant_id, hold)
);
create index waitlist_offer_release on sales.waitlist_offer (tenant_id, release_id);
create index waitlist_offer_entry on sales.waitlist_offer (tenant_id, entry_id);
select core.protect('sales.waitlist_offer', 'select, insert, update');
select sales.watch_outside('sales.waitlist_offer');
create index orders_hold on sales.orders (tenant_id, hold);
