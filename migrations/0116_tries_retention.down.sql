drop table sales.retention;
drop table sales.tries;
