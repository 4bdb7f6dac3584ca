-- Who there is. `ledger_owner` owns and never logs in; the others log in and own nothing of the log.
do $$
declare wanted text;
begin
  perform pg_advisory_xact_lock(hashtext('strongroom.roles'));
  foreach wanted in array array['ledger_owner', 'append', 'project', 'sign', 'migrate'] loop
    if not exists (select from pg_roles where rolname = wanted) then
      execute format('create role %I', wanted);
    end if;
  end loop;
  alter role ledger_owner nologin nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
  alter role append login nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
  alter role project login nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
  alter role sign login nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
  alter role migrate login nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
  grant ledger_owner to migrate with inherit false, set true;  -- by `set role` only: nothing happens to the log by mistake
  grant append to migrate;
  grant project to migrate;
  grant pg_read_all_stats to migrate;  -- to see whether standbys follow synchronously
  grant pg_signal_backend to append;  -- to end the old backend of a connection lost in mid-commit
end $$;
