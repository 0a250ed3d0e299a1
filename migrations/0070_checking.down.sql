drop schema checking cascade;
