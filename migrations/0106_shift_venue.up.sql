-- Where a shift was (班次所在场馆): a day is summed and signed by venue. Shifts
-- from before, and those of a house that does not say, have none.
alter table sales.shift add column venue_id uuid;

-- A day is signed for all venues (the zero id) or for one, by each signer once.
alter table sales.day_sign add column venue_id uuid not null default '00000000-0000-0000-0000-000000000000';
alter table sales.day_sign add column signed_name text not null default '';
alter table sales.day_sign drop constraint day_sign_pkey;
alter table sales.day_sign add primary key (tenant_id, day, venue_id, signed_by);
