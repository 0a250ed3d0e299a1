delete from ticketmap.price_change where channel <> 'online' or kind <> 'full' or package <> '';
alter table ticketmap.price_change drop constraint price_change_pkey;
alter table ticketmap.price_change drop column channel, drop column kind, drop column package;
alter table ticketmap.price_change add primary key (tenant_id, map_id, revision, zone);
