-- PINs by which staff sign on a colleague's screen; hashed as passwords are.
create table access.pin (
  tenant_id  int not null,
  account_id uuid not null,
  pin        text not null, -- argon2id in PHC form
  set_at     timestamptz not null,
  primary key (tenant_id, account_id),
  foreign key (tenant_id, account_id) references access.account
);
select core.protect('access.pin', 'select, insert, update, delete');
select audit.watch('access.pin', 'pin');
