-- The only ways to move a destination's cursor.
drop function if exists ledger.siem_taken, ledger.siem_failed;

-- It has taken everything up to there; never back.
create function ledger.siem_taken(destination uuid, up_to bigint) returns void
language sql security definer set search_path = ledger, pg_temp as $$
  insert into siem_cursors as c (destination, position, taken_at) values (siem_taken.destination, up_to, clock_timestamp())
    on conflict (destination) do update
    set position = greatest(c.position, excluded.position), taken_at = excluded.taken_at, trouble = null, trouble_at = null
$$;

-- It takes nothing just now, and why; since when is kept until it takes something.
create function ledger.siem_failed(destination uuid, begins bigint, why text) returns void
language sql security definer set search_path = ledger, pg_temp as $$
  insert into siem_cursors as c (destination, position, trouble, trouble_at)
    values (siem_failed.destination, begins, left(why, 200), clock_timestamp())
    on conflict (destination) do update
    set trouble = excluded.trouble, trouble_at = coalesce(c.trouble_at, excluded.trouble_at)
$$;

revoke all on function ledger.siem_taken, ledger.siem_failed from public;
grant execute on function ledger.siem_taken, ledger.siem_failed to append;
