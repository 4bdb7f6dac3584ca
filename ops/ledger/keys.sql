-- Under which version of its root new data keys of a tier are wrapped. It moves when all who hold the root know the version.
create table ledger.key_versions (
  tier text primary key check (tier in ('event', 'secret')),
  version int not null check (version > 0)
);
insert into ledger.key_versions values ('event', 1), ('secret', 1);
grant select on ledger.key_versions to append, project;
