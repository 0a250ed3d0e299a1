drop table sales.asked;
