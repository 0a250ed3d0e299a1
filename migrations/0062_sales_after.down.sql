alter table sales.refund drop column through;
alter table sales.payment drop column taken_by;
drop table sales.shift;
drop table sales.correction;
