drop table ticketmap.underlay;
alter table ticketmap.plan drop column changed_by;
