-- The only way to change a wrapped key, the operator's alone: the same key under a newer version of its root. Whoever
-- calls it holds the locks of all older versions, which every process that knows no newer one shares.
drop function if exists ledger.wrap_anew;

-- Keys that are not as the caller read them any more are left alone; how many were changed.
create function ledger.wrap_anew(
  tier text, version int, ids bigint[], old_wrapped bytea[], new_wrapped bytea[], nonces bytea[]
) returns bigint
language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
  changed bigint;
begin
  if exists (select from key_versions v where v.tier = wrap_anew.tier and v.version > wrap_anew.version) then
    raise exception 'keys are wrapped under a newer version already' using errcode = 'SR040';
  end if;
  update key_versions v set version = wrap_anew.version where v.tier = wrap_anew.tier;
  if tier = 'event' then
    update event_keys k set kek = wrap_anew.version, wrapped = n.fresh, nonce = n.nonce
      from unnest(ids, old_wrapped, new_wrapped, nonces) n(id, old, fresh, nonce)
     where k.id = n.id and k.wrapped = n.old and k.kek < wrap_anew.version;
  elsif tier = 'secret' then
    update secret_keys k set kek = wrap_anew.version, wrapped = n.fresh, nonce = n.nonce
      from unnest(ids, old_wrapped, new_wrapped, nonces) n(id, old, fresh, nonce)
     where k.id = n.id and k.wrapped = n.old and k.kek < wrap_anew.version;
  else
    raise exception 'there is no tier %', tier using errcode = 'invalid_parameter_value';
  end if;
  get diagnostics changed = row_count;
  return changed;
end $$;

revoke all on function ledger.wrap_anew from public;
grant execute on function ledger.wrap_anew to migrate;
