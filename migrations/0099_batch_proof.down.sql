create or replace function sales.require_actor() returns trigger language plpgsql set search_path = '' as $$
begin
  if coalesce(current_setting('app.actor', true), '') = '' then
    raise exception 'a change of %.% came without an actor', tg_table_schema, tg_table_name using errcode = 'PT401';
  end if;
  return null;
end $$;
drop table inventory.open_batch;
drop function inventory.prove_batch();
drop function inventory.note_batch();
