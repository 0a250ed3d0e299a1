drop table inventory.reseat;
