drop schema show cascade;
