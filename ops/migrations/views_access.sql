-- The api reads what the projector writes: in every schema and table that `project` makes from now on, generations too.
alter default privileges grant usage on schemas to append, migrate;
alter default privileges grant select on tables to append, migrate;
