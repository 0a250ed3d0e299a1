delete from sales.day_sign d where exists (
  select from sales.day_sign e where e.tenant_id = d.tenant_id and e.day = d.day and e.venue_id = d.venue_id and e.signed_by = d.signed_by and (e.signed_at, e.ctid) < (d.signed_at, d.ctid)
);
alter table sales.day_sign drop constraint day_sign_pkey;
alter table sales.day_sign add primary key (tenant_id, day, venue_id, signed_by);
