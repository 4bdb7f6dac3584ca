-- The tree over the log, in tiles, and what was signed of it. Written by the signer alone; whoever may read the log may
-- read these, and none of it is secret.
grant usage on schema ledger to sign;
grant select on ledger.events to sign;

-- Full tiles of C2SP tlog-tiles, `hashes` 256 of 32 bytes; `root` is the tile's hash in the level above.
create table ledger.tiles (
  level smallint not null check (level between 0 and 7),
  index bigint not null check (index >= 0),
  hashes bytea not null check (octet_length(hashes) = 8192),
  root bytea not null check (octet_length(root) = 32),
  primary key (level, index)
);
alter table ledger.tiles alter column hashes set storage external;

-- Signed checkpoints, one a size: `note` as C2SP writes it, with the cosignatures of witnesses that came.
-- `agreed`: as many witnesses signed as the signer's policy asks for.
create table ledger.checkpoints (
  origin text not null check (octet_length(origin) between 1 and 255),
  size bigint not null check (size > 0),
  root bytea not null check (octet_length(root) = 32),
  note text not null check (octet_length(note) <= 65536),
  agreed boolean not null,
  signed_at timestamptz not null default clock_timestamp(),
  primary key (origin, size)
);
create index checkpoints_signed_at on ledger.checkpoints (signed_at);
grant select on ledger.tiles, ledger.checkpoints to append, project, sign;
