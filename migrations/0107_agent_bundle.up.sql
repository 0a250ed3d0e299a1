-- Agents sell packages too.
alter table sales.bundle drop constraint bundle_channel_check;
alter table sales.bundle add constraint bundle_channel_check check (channel in ('online', 'counter', 'agent'));
