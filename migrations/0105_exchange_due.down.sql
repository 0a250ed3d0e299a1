drop index sales.payment_exchange;
alter table sales.payment drop column exchange_id;
drop table sales.exchange_due;
