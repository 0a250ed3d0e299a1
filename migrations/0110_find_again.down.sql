drop index sales.orders_unfound;
drop index identity.person_unfound;
