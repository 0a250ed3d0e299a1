-- Consents to the rules of purchase come with their orders in the seat
-- engine's batches, which keep a journal of their own.
drop trigger audit on identity.consent;
drop trigger audit_truncate on identity.consent;
select sales.watch_outside('identity.consent');
