drop schema waiting cascade;
