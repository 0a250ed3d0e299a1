drop table sales.pickup;
