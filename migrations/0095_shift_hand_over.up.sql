-- What a shift's cash is counted by, what went in and out of the drawer
-- besides sales, and whom it was handed over to.
alter table sales.shift add column seller_name text not null default '';
alter table sales.shift add column signed_name text not null default '';
alter table sales.shift add column counts jsonb;      -- [{fen, n}] by note and coin
alter table sales.shift add column next_shift uuid;   -- that went on with this drawer

create table sales.cash_move (
  tenant_id int not null,
  id        uuid not null, -- made by the client
  shift_id  uuid not null,
  amount    bigint not null check (amount <> 0), -- into the drawer; negative: out of it
  reason    text not null check (length(reason) between 1 and 200),
  by        text not null, -- actor
  at        timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, shift_id) references sales.shift (tenant_id, id)
);
create index cash_move_shift on sales.cash_move (tenant_id, shift_id);
select core.protect('sales.cash_move', 'select, insert');
select audit.watch('sales.cash_move');
