alter table payment_sandbox.trade drop column reversed_at;
alter table payment_sandbox.trade drop column was_paid;
do $$
begin
  drop trigger actor on sales.orders;
  drop trigger audit_new on sales.orders;
  drop trigger audit_change on sales.orders;
  drop trigger no_truncate on sales.orders;
  perform sales.watch_outside('sales.orders', 'contact', 'contact_blind');
end $$;
alter table sales.orders drop column request;
