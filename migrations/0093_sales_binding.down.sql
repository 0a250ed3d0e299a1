drop table sales.binding;
drop table sales.bind_reminder;
drop table sales.bind_step;
drop table sales.bind_policy;
