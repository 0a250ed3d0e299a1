-- Taking money by the payer's own code (付款码). What was reversed is closed
-- for good: a late word that it was paid has no effect any more.
alter table sales.payment drop constraint payment_state_check;
alter table sales.payment add constraint payment_state_check check (state in ('waiting', 'paid', 'closed', 'reversed'));
alter table sales.notice drop constraint notice_verdict_check;
alter table sales.notice add constraint notice_verdict_check check (verdict in ('taken', 'repeated', 'wrong_amount', 'unknown_payment', 'reversed'));

-- One code payment of an order at a time.
create unique index payment_scan_open on sales.payment (tenant_id, order_id) where state = 'waiting' and scene = 'scan';

-- The simulated providers' side: how often they must be asked until the payer
-- has typed the password, and what was taken back.
alter table payment_sandbox.trade add column typing int not null default 0;
alter table payment_sandbox.trade add column reversed boolean not null default false;
