-- A ticket that somebody was let in with is not exchanged, refunded or given
-- another name: the last line, asked inside the commit that ends the ticket.
-- It is volatile on purpose: it sees what was committed while its statement
-- waited for the ticket's row, which the gate holds while it decides.
create function checking.outside(tenant int, session uuid, code text) returns boolean language plpgsql volatile
set search_path = '' as $$
begin
  if exists (select from checking.admission a where a.tenant_id = tenant and a.session_id = session and a.ticket_code = code) then
    raise exception 'the ticket was admitted' using errcode = 'PT423', schema = 'checking', table = 'admission';
  end if;
  return true;
end $$;
grant execute on function checking.outside(int, uuid, text) to parterre_app;
