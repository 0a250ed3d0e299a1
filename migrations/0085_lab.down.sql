drop schema lab cascade;
