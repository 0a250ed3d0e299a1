alter table sales.refund drop column payment_id;
