drop table sales.reserve_policy;
drop table sales.reservation;
