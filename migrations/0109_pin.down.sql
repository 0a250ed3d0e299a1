drop table access.pin;
