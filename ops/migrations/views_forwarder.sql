-- The worker says here which SIEM destination takes nothing; `name` is the destination's id.
create or replace function views.raise_undelivered(destination text, at_position bigint, detail text) returns void
language sql security definer set search_path = views, pg_temp as $$
  insert into alarms as a (kind, name, position, detail)
    values ('undelivered', left(destination, 100), at_position, left(raise_undelivered.detail, 200))
    on conflict (kind, name, position) do update
    set times = a.times + 1, last_at = clock_timestamp(), detail = excluded.detail
$$;
revoke all on function views.raise_undelivered from public;
grant execute on function views.raise_undelivered to append;
