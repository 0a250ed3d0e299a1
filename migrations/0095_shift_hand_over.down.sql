drop table sales.cash_move;
alter table sales.shift drop column next_shift;
alter table sales.shift drop column counts;
alter table sales.shift drop column signed_name;
alter table sales.shift drop column seller_name;
