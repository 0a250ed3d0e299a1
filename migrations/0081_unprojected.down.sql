drop table reporting.unprojected;
