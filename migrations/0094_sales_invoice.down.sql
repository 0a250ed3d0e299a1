drop table sales.day_sign;
drop table sales.invoice;
