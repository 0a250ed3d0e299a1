drop trigger actor on identity.consent;
drop trigger audit_new on identity.consent;
drop trigger audit_change on identity.consent;
drop trigger no_truncate on identity.consent;
select audit.watch('identity.consent');
