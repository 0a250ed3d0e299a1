-- Agents follow packages as they do sessions, and are told of what they sold of them.
alter table channel.change drop constraint change_kind_check;
alter table channel.change add constraint change_kind_check check (kind in ('venue', 'show', 'session', 'package'));
update channel.hook set events = events || array['package.changed'] where events @> array['order.confirmed', 'tickets.refunded', 'session.changed'];
