-- The log's tables. Whoever serves requests may read here and call the functions of append.sql, and nothing else.
create schema ledger;
grant usage on schema ledger to append, project;

-- One row an event, for ever. Positions are gapless and in commit order; `state` is ciphertext, which does not compress.
create table ledger.events (
  position bigint not null constraint events_pkey primary key check (position > 0),
  stream uuid not null,
  version bigint not null check (version > 0),
  topic text not null check (octet_length(topic) between 1 and 255),
  key_id bigint not null,
  author smallint not null,
  recorded_at timestamptz not null,
  state bytea not null check (octet_length(state) <= 61440),
  mac bytea not null check (octet_length(mac) = 32),
  constraint events_stream_version_key unique (stream, version)
) with (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_freeze_min_age = 0);
alter table ledger.events alter column state set storage external;
grant select on ledger.events to append, project;

-- Data keys, wrapped, one a scope. A deleted row shreds what the key sealed. The projector reads the first tier only.
create table ledger.event_keys (
  id bigint primary key, scope text not null unique, kek int not null, wrapped bytea not null, nonce bytea not null
);
create table ledger.secret_keys (
  id bigint primary key, scope text not null unique, kek int not null, wrapped bytea not null, nonce bytea not null
);
grant select on ledger.event_keys to append, project;
grant select on ledger.secret_keys to append;

-- What a client's Idempotency-Key led to; kept for a day.
create table ledger.requests (
  actor uuid not null, key_hash bytea not null, body_mac bytea not null,
  position bigint not null, stream uuid not null, at timestamptz not null,
  primary key (actor, key_hash)
);
create index requests_at on ledger.requests (at);
grant select on ledger.requests to append;

-- When a session was last used: a row, not an event.
create table ledger.session_activity (
  session uuid primary key, last_used timestamptz not null
) with (fillfactor = 70);
grant select on ledger.session_activity to append;
