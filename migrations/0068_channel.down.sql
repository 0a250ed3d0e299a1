drop schema channel cascade;
