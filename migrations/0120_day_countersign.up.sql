-- A day's sums are signed by one person and countersigned by another (日结双人
-- 签字). A signature is of the sums as they stood: when a shift that is closed
-- later changes them, the same people sign once more. One word of each person
-- for the same sums, so two signatures are of two people.
alter table sales.day_sign drop constraint day_sign_pkey;
alter table sales.day_sign add primary key (tenant_id, day, venue_id, signed_by, shifts, cash, total, difference);
