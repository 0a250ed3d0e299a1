alter table checking.admission drop constraint admission_persons_check, add constraint admission_persons_check check (persons > 0);
drop table sales.gift;
drop table sales.pass_ticket;
drop table sales.pass;
drop table sales.pass_quota;
drop table sales.binding;
drop table sales.bind_reminder;
drop table sales.bind_step;
drop table sales.bind_policy;
