update channel.hook set events = array_remove(events, 'package.changed') where 'package.changed' = any(events) and cardinality(events) > 1;
delete from channel.hook where events = array['package.changed'];
delete from channel.seen where kind = 'package';
delete from channel.change where kind = 'package';
alter table channel.change drop constraint change_kind_check;
alter table channel.change add constraint change_kind_check check (kind in ('venue', 'show', 'session'));
