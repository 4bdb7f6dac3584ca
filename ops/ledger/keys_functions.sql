-- The only ways to write data keys. A wrapped key is added by whoever appends, and changed by the operator alone.
drop function if exists ledger.add_key, ledger.count_uses, ledger.wrap_anew, ledger.shred, ledger.restore_keys;

-- Keeps a wrapped data key, and answers the one that stands for the scope and serial: this one, or the one that came first.
-- A fresh one lies under the version that is used: SR041 when that moved since the caller looked. SR043 for a scope that
-- was forgotten for good. Serials of a scope have no gap.
create function ledger.add_key(tier text, id bigint, scope text, kek int, wrapped bytea, nonce bytea, serial int)
returns ledger.event_keys
language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
  standing ledger.event_keys;
begin
  if tier not in ('event', 'secret') then
    raise exception 'there is no tier %', tier using errcode = 'invalid_parameter_value';
  end if;
  perform from key_versions v where v.tier = add_key.tier and v.version = kek for share;
  if not found then
    raise exception 'new % keys do not lie under version % of their root', tier, kek using errcode = 'SR041';
  end if;
  if exists (select from shredded s where s.scope = add_key.scope) then
    raise exception 'this was forgotten for good' using errcode = 'SR043';
  end if;
  if tier = 'event' then
    if serial > 1 + (select coalesce(max(k.serial), 0) from event_keys k where k.scope = add_key.scope) then
      raise exception 'keys of a scope have no gap' using errcode = 'invalid_parameter_value';
    end if;
    insert into event_keys (id, scope, kek, wrapped, nonce, serial) values (id, scope, kek, wrapped, nonce, serial)
      on conflict on constraint event_keys_scope_serial_key do nothing;
    select k.* into standing from event_keys k where k.scope = add_key.scope and k.serial = add_key.serial;
  else
    if serial > 1 + (select coalesce(max(k.serial), 0) from secret_keys k where k.scope = add_key.scope) then
      raise exception 'keys of a scope have no gap' using errcode = 'invalid_parameter_value';
    end if;
    insert into secret_keys (id, scope, kek, wrapped, nonce, serial) values (id, scope, kek, wrapped, nonce, serial)
      on conflict on constraint secret_keys_scope_serial_key do nothing;
    select k.* into standing from secret_keys k where k.scope = add_key.scope and k.serial = add_key.serial;
  end if;
  return standing;
end $$;

-- Adds to how often keys have sealed something, and answers with the sums. A crash may lose the last of it: it is counted
-- to stay far below what a key is good for, not to the last use.
create function ledger.count_uses(tier text, ids bigint[], counts bigint[]) returns table (key_id bigint, uses bigint)
language plpgsql security definer set search_path = ledger, pg_temp as $$
begin
  if tier not in ('event', 'secret') or exists (select from unnest(counts) c where c is null or c < 0) then
    raise exception 'no such uses of %', tier using errcode = 'invalid_parameter_value';
  end if;
  perform set_config('synchronous_commit', 'off', true);
  if tier = 'event' then
    perform from event_keys k where k.id = any (ids) order by k.id for update;
    return query update event_keys k set uses = k.uses + n.count from unnest(ids, counts) n(id, count)
      where k.id = n.id returning k.id, k.uses;
  else
    perform from secret_keys k where k.id = any (ids) order by k.id for update;
    return query update secret_keys k set uses = k.uses + n.count from unnest(ids, counts) n(id, count)
      where k.id = n.id returning k.id, k.uses;
  end if;
end $$;

-- The same keys under a newer version of their root, which new ones lie under from now on, also when there are none.
-- Keys that are not as the caller read them any more are left alone; how many were changed. SR040 when a newer version
-- is used already; SR042 unless the caller holds the locks of all older versions, which every process that knows no
-- newer one shares.
create function ledger.wrap_anew(
  tier text, version int, ids bigint[], old_wrapped bytea[], new_wrapped bytea[], nonces bytea[]
) returns bigint
language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
  changed bigint;
  space constant bigint := case tier when 'event' then x'53520001'::int when 'secret' then x'53520002'::int end;
begin
  if space is null then
    raise exception 'there is no tier %', tier using errcode = 'invalid_parameter_value';
  end if;
  if exists (select from key_versions v where v.tier = wrap_anew.tier and v.version > wrap_anew.version) then
    raise exception 'keys are wrapped under a newer version already' using errcode = 'SR040';
  end if;
  if exists (
    select from generate_series(1, wrap_anew.version - 1) older
     where not exists (
       select from pg_locks l
        where l.pid = pg_backend_pid() and l.locktype = 'advisory' and l.mode = 'ExclusiveLock' and l.granted
          and l.classid::bigint = space and l.objid::bigint = older and l.objsubid = 2
          and l.database = (select d.oid from pg_database d where d.datname = current_database()))
  ) then
    raise exception 'somebody may know only an older version' using errcode = 'SR042';
  end if;
  update key_versions v set version = wrap_anew.version
   where v.tier = wrap_anew.tier and v.version < wrap_anew.version;
  if tier = 'event' then
    perform from event_keys k where k.id = any (ids) order by k.id for update;  -- as whoever counts uses does
    update event_keys k set kek = wrap_anew.version, wrapped = n.fresh, nonce = n.nonce
      from unnest(ids, old_wrapped, new_wrapped, nonces) n(id, old, fresh, nonce)
     where k.id = n.id and k.wrapped = n.old and k.kek < wrap_anew.version;
  else
    perform from secret_keys k where k.id = any (ids) order by k.id for update;
    update secret_keys k set kek = wrap_anew.version, wrapped = n.fresh, nonce = n.nonce
      from unnest(ids, old_wrapped, new_wrapped, nonces) n(id, old, fresh, nonce)
     where k.id = n.id and k.wrapped = n.old and k.kek < wrap_anew.version;
  end if;
  get diagnostics changed = row_count;
  return changed;
end $$;

-- Deletes the data keys of a scope for ever, the operator's alone: what they sealed cannot be opened again, and no key is
-- made for it any more. Without the event that says so this is no shredding. How many keys there were. Whoever is adding
-- one holds the versions; so no key slips in.
create function ledger.shred(scope text) returns bigint
language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
  events bigint;
  secrets bigint;
begin
  perform from key_versions for update;
  insert into shredded values (shred.scope) on conflict do nothing;
  delete from event_keys k where k.scope = shred.scope;
  get diagnostics events = row_count;
  delete from secret_keys k where k.scope = shred.scope;
  get diagnostics secrets = row_count;
  return events + secrets;
end $$;

-- Puts data keys back from a copy, the operator's alone: those that are missing, and were not forgotten for good. How many.
create function ledger.restore_keys(
  tier text, ids bigint[], scopes text[], keks int[], wrapped bytea[], nonces bytea[], serials int[], uses bigint[]
) returns bigint
language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
  added bigint;
begin
  perform from key_versions for update;
  if tier = 'event' then
    insert into event_keys
      select n.* from unnest(ids, scopes, keks, wrapped, nonces, serials, uses)
        n(id, scope, kek, wrapped, nonce, serial, uses)
       where not exists (select from shredded s where s.scope = n.scope)
      on conflict do nothing;
  elsif tier = 'secret' then
    insert into secret_keys
      select n.* from unnest(ids, scopes, keks, wrapped, nonces, serials, uses)
        n(id, scope, kek, wrapped, nonce, serial, uses)
       where not exists (select from shredded s where s.scope = n.scope)
      on conflict do nothing;
  else
    raise exception 'there is no tier %', tier using errcode = 'invalid_parameter_value';
  end if;
  get diagnostics added = row_count;
  return added;
end $$;

revoke all on function ledger.add_key, ledger.count_uses, ledger.wrap_anew, ledger.shred, ledger.restore_keys from public;
grant execute on function ledger.add_key, ledger.count_uses to append;
grant execute on function ledger.wrap_anew, ledger.shred, ledger.restore_keys to migrate;
