-- Whether the log may be written, as its signer says: no row while nobody ever signed it. `server_start` is that of the
-- server over which the log was last found to be what was signed: a database that was put back, or a standby that took
-- over, is written only once the signer has looked at it.
create table ledger.gate (
  one boolean primary key default true check (one),
  origin text not null check (octet_length(origin) between 1 and 255),
  server_start timestamptz not null,
  closed text check (octet_length(closed) <= 2000),
  changed_at timestamptz not null default clock_timestamp()
);
grant select on ledger.gate to append, project, sign;
