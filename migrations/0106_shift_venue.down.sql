delete from sales.day_sign where venue_id <> '00000000-0000-0000-0000-000000000000';
alter table sales.day_sign drop constraint day_sign_pkey;
alter table sales.day_sign drop column signed_name;
alter table sales.day_sign drop column venue_id;
alter table sales.day_sign add primary key (tenant_id, day, signed_by);
alter table sales.shift drop column venue_id;
