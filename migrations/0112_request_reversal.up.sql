-- What an order was asked with, as a keyed blind index: the same id again with
-- other people, places or vouchers is refused instead of being answered with
-- the order as it stands. It is erased with the persons that it was made of.
alter table sales.orders add column request bytea check (length(request) = 8);

do $$
begin
  drop trigger actor on sales.orders;
  drop trigger audit_new on sales.orders;
  drop trigger audit_change on sales.orders;
  drop trigger no_truncate on sales.orders;
  perform sales.watch_outside('sales.orders', 'contact', 'contact_blind', 'request');
end $$;

-- What a simulated provider's bill shows of a payment that was taken back: both.
alter table payment_sandbox.trade add column was_paid timestamptz;
alter table payment_sandbox.trade add column reversed_at timestamptz;
