-- The worker holds the authors' keys: it may say what it saw with them, and how far it has looked. Of the read models it
-- changes nothing else.
create table if not exists views.signatures (
  one boolean primary key default true check (one),
  position bigint not null,
  digest bytea not null
);
create or replace function views.raise_forged(at_position bigint, detail text) returns void
language sql security definer set search_path = views, pg_temp as $$
  insert into alarms as a (kind, name, position, detail) values ('forged', 'log', at_position, left(raise_forged.detail, 200))
    on conflict (kind, name, position) do update set times = a.times + 1, last_at = clock_timestamp()
$$;
revoke all on function views.raise_forged from public;
grant execute on function views.raise_forged to append;

-- Every record up to there was looked at; never back.
create or replace function views.signatures_seen(up_to bigint, last_digest bytea) returns void
language sql security definer set search_path = views, pg_temp as $$
  insert into signatures as s (position, digest) values (up_to, last_digest)
    on conflict (one) do update set position = excluded.position, digest = excluded.digest
    where s.position < excluded.position
$$;
revoke all on function views.signatures_seen from public;
grant execute on function views.signatures_seen to append;
