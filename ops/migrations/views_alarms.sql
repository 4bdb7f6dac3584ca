-- The worker holds the authors' keys and may say what it saw with them; of the read models it changes nothing else.
create or replace function views.raise_forged(at_position bigint, detail text) returns void
language sql security definer set search_path = views, pg_temp as $$
  insert into alarms as a (kind, name, position, detail) values ('forged', 'log', at_position, left(raise_forged.detail, 200))
    on conflict (kind, name, position) do update set times = a.times + 1, last_at = clock_timestamp()
$$;
revoke all on function views.raise_forged from public;
grant execute on function views.raise_forged to append;
