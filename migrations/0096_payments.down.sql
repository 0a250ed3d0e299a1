drop table payment_sandbox.message, payment_sandbox.trade_refund, payment_sandbox.trade, payment_sandbox.merchant;
drop index sales.payment_paid_at;
drop table sales.reconciliation;
drop table sales.pay_account;
alter table sales.payment drop column scene;
