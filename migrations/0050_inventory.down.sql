drop schema inventory cascade;
