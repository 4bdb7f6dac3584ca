-- What the projector remembers of its read models: which generation serves, how far each has come, what is wrong.
create schema views;

-- `digest` is that of the record at `position`; `halted` says why its queries answer 503.
create table views.projections (
  name text not null,
  generation integer not null,
  version integer not null,
  role text not null check (role in ('filling', 'serving', 'old')),
  position bigint not null default 0,
  digest bytea not null default '',
  recorded_at timestamptz,
  halted text,
  changed_at timestamptz not null default clock_timestamp(),
  primary key (name, generation)
) with (fillfactor = 20);
create unique index one_serves on views.projections (name) where role = 'serving';

create table views.alarms (
  kind text not null,
  name text not null,
  position bigint not null,
  detail text not null,
  times bigint not null default 1,
  first_at timestamptz not null default clock_timestamp(),
  last_at timestamptz not null default clock_timestamp(),
  primary key (kind, name, position)
);

-- Moves projections over the positions `first` to `last`, in the transaction that writes their rows, before any row:
-- whoever comes second waits here, and is refused because the positions are no longer contiguous.
create function views.advance(names text[], generations integer[], first bigint, last bigint, last_digest bytea, at timestamptz)
returns void language plpgsql as $$
declare moved integer;
begin
  perform from views.projections p join unnest(names, generations) w(name, generation) using (name, generation)
    order by p.name for update of p;
  update views.projections p set position = last, digest = last_digest, recorded_at = at, halted = null
    from unnest(names, generations) w(name, generation)
    where p.name = w.name and p.generation = w.generation and p.position = first - 1 and p.role <> 'old';
  get diagnostics moved = row_count;
  if moved <> cardinality(names) then
    raise exception 'not right behind what is there: %', names using errcode = 'SR020';
  end if;
end $$;

-- The search path under which a query finds these projections; refused while one of them must not be asked.
create function views.path(wanted text[], versions integer[])
returns text language plpgsql stable as $$
declare found text; missing text; stopped text;
begin
  select string_agg(format('%I', p.name || '_g' || p.generation), ', ') filter (where p.name is not null),
         min(w.name) filter (where p.name is null),
         min(p.halted)
    into found, missing, stopped
    from unnest(wanted, versions) w(name, version)
    left join views.projections p on p.name = w.name and p.version = w.version and p.role = 'serving';
  if missing is not null then raise exception 'not built yet: %', missing using errcode = 'SR010'; end if;
  if stopped is not null then raise exception 'halted: %', stopped using errcode = 'SR011'; end if;
  return found;
end $$;
