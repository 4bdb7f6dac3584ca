-- The only ways to write the log. Owned by ledger_owner, so that the roles that call them need no right to the tables.
drop function if exists ledger.append, ledger.barrier, ledger.touch_session, ledger.sweep;

-- Appends the waiting commands of one process in one transaction, and with it one round trip and one fsync.
--
-- `head` is the last position that the caller knows, `head_mac` that record's: a log that is shorter or differs there
-- has been set back (SR001). All that happened after `head` comes back as the tail. Without the reads nothing is
-- written while there is a tail: the caller learns from it and asks again. With the reads a command is refused when
-- the tail holds a version of something it read (or writes) above the version it read. A caller that is too far
-- behind is told the base alone and forgets all it knew.
--
-- Nothing is written while the gate is shut: SR033 says why, SR034 that the signer has not looked at the log yet.
--
-- Commands are numbered from 1. A row of the arrays belongs to the command `row_command`; reads, limits and keys
-- likewise. Positions follow the order of the rows that are not refused, from `base` + 1; `at` is their time.
create function ledger.append(
  head bigint, head_mac bytea,
  row_command int[], streams uuid[], versions bigint[], topics text[], key_ids bigint[], authors smallint[],
  states bytea[], macs bytea[],
  limit_command int[], good_until timestamptz[],
  key_command int[], key_row int[], actors uuid[], key_hashes bytea[], body_macs bytea[],
  with_reads boolean, read_command int[], read_streams uuid[], read_versions bigint[],
  out base bigint, out at timestamptz,
  out refused int[], out reasons text[], out done_positions bigint[], out done_streams uuid[],
  out tail_streams uuid[], out tail_versions bigint[], out last ledger.events
) language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
  known bytea;
  appended int;
  gate record;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'append needs to see what was committed while it waited' using errcode = 'SR002';
  end if;
  if current_setting('synchronous_commit') not in ('on', 'remote_apply') then
    perform set_config('synchronous_commit', 'on', true);  -- an acknowledged event is on disk, whatever the session says
  end if;
  perform pg_advisory_xact_lock(hashtext('strongroom.ledger'));  -- held until the commit is visible: hence no gaps

  select e.* into last from events e order by e.position desc limit 1;
  base := coalesce(last.position, 0);
  if base = head then
    known := last.mac;
  elsif base > head then
    select e.mac into known from events e where e.position = head;
  end if;
  if base < head or known is distinct from head_mac then
    raise exception 'fork: the log ends at %, the caller knew another one up to %', base, head using errcode = 'SR001';
  end if;
  if base - head > 10000 then
    return;
  end if;
  select g.closed, g.server_start = pg_postmaster_start_time() as looked_at into gate from gate g;
  if gate.closed is not null then
    raise exception '%', gate.closed using errcode = 'SR033';
  elsif not gate.looked_at then
    raise exception 'the signer has not looked at the log since this server started' using errcode = 'SR034';
  end if;
  if base = head then
    last.state := null;  -- the caller has it
  else
    select array_agg(e.stream order by e.position), array_agg(e.version order by e.position)
      into tail_streams, tail_versions from events e where e.position > head;
    if not with_reads then
      return;
    end if;
  end if;

  at := greatest(clock_timestamp(), last.recorded_at + interval '1 microsecond');
  refused := '{}';
  if cardinality(key_command) > 0 then
    select coalesce(array_agg(c), '{}'), array_agg(case when r.body_mac = m then 'repeated' else 'otherwise' end),
           array_agg(r.position), array_agg(r.stream)
      into refused, reasons, done_positions, done_streams
      from unnest(key_command, actors, key_hashes, body_macs) k(c, a, h, m)
      join requests r on r.actor = a and r.key_hash = h and r.at > append.at - interval '24 hours';
  end if;
  if base > head then
    select refused || coalesce(array_agg(m.c), '{}'), reasons || array_agg('moved'::text)
      into refused, reasons
      from (select distinct r.c from unnest(read_command, read_streams, read_versions) r(c, s, v)
              join unnest(tail_streams, tail_versions) t(s, v) on t.s = r.s and t.v > r.v
             where r.c <> all (refused)) m;
  end if;
  if cardinality(limit_command) > 0 then
    select refused || coalesce(array_agg(c), '{}'), reasons || array_agg('expired'::text)
      into refused, reasons
      from unnest(limit_command, good_until) l(c, u) where u <= append.at and c <> all (refused);
  end if;

  if 1 < any (versions) then  -- no version without the one before it, whatever the caller believes
    select refused || coalesce(array_agg(g.c), '{}'), reasons || array_agg('moved'::text)
      into refused, reasons
      from (select distinct w.c from unnest(row_command, streams, versions) w(c, s, v)
             where w.v > 1 and w.c <> all (refused)
               and not exists (select from events e where e.stream = w.s and e.version = w.v - 1)
               and not exists (select from unnest(row_command, streams, versions) b(c, s, v)
                                where b.c = w.c and b.s = w.s and b.v = w.v - 1)) g;
  end if;

  insert into events (position, stream, version, topic, key_id, author, recorded_at, state, mac)
    select base + row_number() over (order by o), s, v, t, k, a, append.at, d, m
      from unnest(row_command, streams, versions, topics, key_ids, authors, states, macs)
           with ordinality u(c, s, v, t, k, a, d, m, o)
     where c <> all (refused);
  get diagnostics appended = row_count;
  if appended = 0 then
    return;
  end if;
  if cardinality(key_command) > 0 then
    insert into requests (actor, key_hash, body_mac, position, stream, at)
      select a, h, m, e.position, e.stream, append.at
        from unnest(key_command, key_row, actors, key_hashes, body_macs) k(c, r, a, h, m)
        join events e on e.stream = streams[r] and e.version = versions[r]
       where c <> all (refused)
      on conflict (actor, key_hash) do update  -- a row older than a day that nobody has swept yet
        set body_mac = excluded.body_mac, position = excluded.position, stream = excluded.stream, at = excluded.at;
  end if;
  perform pg_notify('ledger', (base + appended)::text);
end $$;

-- Waits until whatever was being appended is over, and what is visible then is durable, on the standbys too. Whoever
-- lost a connection in mid-commit asks this before looking whether his rows are there.
create function ledger.barrier() returns void
language plpgsql security definer set search_path = ledger, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtext('strongroom.ledger'));
  perform pg_logical_emit_message(true, 'strongroom', '');  -- gives this transaction a commit of its own to wait for
end $$;

-- Notes that a session is in use, every half minute at most. False when nobody used it since `oldest`: then it stays so.
-- The time is the log's: of a clock that was set back, nobody may be shut out until it is overtaken.
create function ledger.touch_session(session_id uuid, started timestamptz, oldest timestamptz) returns boolean
language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
  used timestamptz;
  moment constant timestamptz :=
    greatest(clock_timestamp(), (select e.recorded_at from events e order by e.position desc limit 1));
begin
  select s.last_used into used from session_activity s where s.session = session_id;
  if coalesce(used, started) <= oldest then
    return false;
  end if;
  if used is null or used < moment - interval '30 seconds' then
    insert into session_activity as s values (session_id, moment)
      on conflict (session) do update set last_used = greatest(s.last_used, excluded.last_used);
  end if;
  return true;
end $$;

-- Removes what is kept for a while only: requests after a day, sessions' last use after thirty.
create function ledger.sweep(out requests_removed bigint, out sessions_removed bigint)
language plpgsql security definer set search_path = ledger, pg_temp as $$
begin
  delete from requests where at < clock_timestamp() - interval '24 hours';
  get diagnostics requests_removed = row_count;
  delete from session_activity where last_used < clock_timestamp() - interval '30 days';
  get diagnostics sessions_removed = row_count;
end $$;

revoke all on all functions in schema ledger from public;
grant execute on function ledger.append, ledger.barrier, ledger.touch_session, ledger.sweep to append;
