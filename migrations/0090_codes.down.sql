drop schema codes cascade;
