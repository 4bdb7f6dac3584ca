-- The signer says here what it will not sign, and why. Of the read models it sees and changes nothing.
grant usage on schema views to sign;
create or replace function views.raise_by_signer(alarm text, at_position bigint, what text) returns void
language plpgsql security definer set search_path = views, pg_temp as $$
begin
  if alarm not in ('read-only', 'unproved', 'unwitnessed', 'clock') then
    raise exception 'the signer raises no alarm %', alarm using errcode = 'invalid_parameter_value';
  end if;
  insert into alarms as a (kind, name, position, detail) values (alarm, 'signer', at_position, left(what, 200))
    on conflict (kind, name, position) do update
    set times = a.times + 1, last_at = clock_timestamp(), detail = excluded.detail;
end $$;
revoke all on function views.raise_by_signer from public;
grant execute on function views.raise_by_signer to sign;
