-- What was reversed reads as closed or repeated again; who steps down is named in the audit.
select set_config('app.actor', 'migration:0104', true);
alter table payment_sandbox.trade drop column reversed;
alter table payment_sandbox.trade drop column typing;
drop index sales.payment_scan_open;
update sales.notice set verdict = 'repeated' where verdict = 'reversed';
alter table sales.notice drop constraint notice_verdict_check;
alter table sales.notice add constraint notice_verdict_check check (verdict in ('taken', 'repeated', 'wrong_amount', 'unknown_payment'));
update sales.payment set state = 'closed' where state = 'reversed';
alter table sales.payment drop constraint payment_state_check;
alter table sales.payment add constraint payment_state_check check (state in ('waiting', 'paid', 'closed'));
