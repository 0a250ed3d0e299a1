-- A refund names the payment that it gives back when an order was paid twice.
alter table sales.refund add column payment_id uuid;
