drop schema audit cascade;
drop schema core cascade;
