-- Rows that a batch of the seat engine writes are not audited one by one, since
-- the journal tells of them. Whether it does was taken on trust: whoever set
-- app.batch was believed. Now a transaction that writes so must have its row in
-- the tenant's journal when it commits.
create table inventory.open_batch (
  tenant_id int not null,
  xid       xid8 not null,
  primary key (tenant_id, xid)
);
select core.protect('inventory.open_batch', 'select');

create function inventory.note_batch() returns void language plpgsql security definer set search_path = '' as $$
begin
  insert into inventory.open_batch (tenant_id, xid) values (core.current_tenant(), pg_catalog.pg_current_xact_id()) on conflict do nothing;
end $$;
revoke all on function inventory.note_batch() from public;
grant execute on function inventory.note_batch() to parterre_app;

create function inventory.prove_batch() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  was text := coalesce(current_setting('app.tenant', true), '');
begin
  perform set_config('app.tenant', new.tenant_id::text, true);
  -- append keeps the head locked until commit, so its last row is this transaction's, if there is one.
  if not exists (select from inventory.head h join inventory.journal j on j.tenant_id = h.tenant_id and j.seq = h.seq
      where h.tenant_id = new.tenant_id and j.xmin = pg_catalog.pg_current_xact_id()::xid) then
    raise exception 'rows were written as a batch of the seat engine, but the journal does not tell of it' using errcode = 'PT401';
  end if;
  delete from inventory.open_batch where tenant_id = new.tenant_id and xid = new.xid;
  perform set_config('app.tenant', was, true);
  return null;
end $$;
revoke all on function inventory.prove_batch() from public;
create constraint trigger prove after insert on inventory.open_batch deferrable initially deferred for each row execute function inventory.prove_batch();

create or replace function sales.require_actor() returns trigger language plpgsql set search_path = '' as $$
begin
  if coalesce(current_setting('app.actor', true), '') = '' then
    raise exception 'a change of %.% came without an actor', tg_table_schema, tg_table_name using errcode = 'PT401';
  end if;
  if coalesce(current_setting('app.batch', true), '') <> '' then
    perform inventory.note_batch();
  end if;
  return null;
end $$;
