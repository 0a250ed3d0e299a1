drop schema venue cascade;
