-- The only ways to move the gate, the signer's alone. Owned by ledger_owner.
drop function if exists ledger.open_gate, ledger.close_gate;

-- The log is what was signed, over the server that runs now: it may be written.
create function ledger.open_gate(origin text) returns void
language sql security definer set search_path = ledger, pg_temp as $$
  insert into gate as g (origin, server_start) values (open_gate.origin, pg_postmaster_start_time())
    on conflict (one) do update
    set origin = excluded.origin, server_start = excluded.server_start, closed = null, changed_at = clock_timestamp()
$$;

-- It is not: nothing is written any more, and whoever tries is told why.
create function ledger.close_gate(origin text, why text) returns void
language sql security definer set search_path = ledger, pg_temp as $$
  insert into gate as g (origin, server_start, closed)
    values (close_gate.origin, pg_postmaster_start_time(), left(close_gate.why, 500))
    on conflict (one) do update set closed = excluded.closed, changed_at = clock_timestamp()
    where g.closed is distinct from excluded.closed
$$;

revoke all on function ledger.open_gate, ledger.close_gate from public;
grant execute on function ledger.open_gate, ledger.close_gate to sign;
