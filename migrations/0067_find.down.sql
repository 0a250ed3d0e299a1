drop index identity.person_name;
alter table identity.person drop column name_blind;
drop index sales.orders_number;
drop index sales.orders_contact;
alter table sales.orders drop constraint contact_found;
alter table sales.orders drop column contact_blind;
do $$
declare
  x record;
begin
  for x in select * from (values ('sales.orders', array['contact']), ('identity.person', array['name', 'number', 'blind'])) v(t, omit) loop
    execute format('drop trigger actor on %s', x.t);
    execute format('drop trigger audit_new on %s', x.t);
    execute format('drop trigger audit_change on %s', x.t);
    execute format('drop trigger no_truncate on %s', x.t);
    perform sales.watch_outside(x.t::regclass, variadic x.omit);
  end loop;
end $$;
