drop table sales.bundle_part;
drop table sales.bundle;
drop table sales.package;
