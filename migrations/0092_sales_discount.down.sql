drop table sales.discount_person;
drop table sales.discount_use;
drop table sales.voucher;
drop table sales.voucher_batch;
drop table sales.discount_meter;
drop table sales.discount_rule;
drop table sales.discount_group;
