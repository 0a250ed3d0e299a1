drop table channel.texting;
drop table sales.message;
alter table sales.waitlist_entry drop column notify;
