-- How far each SIEM destination has come: a row, not an event. Without one it begins where it was added.
create table ledger.siem_cursors (
  destination uuid primary key,
  position bigint not null,
  taken_at timestamptz,
  trouble text,
  trouble_at timestamptz
);
grant select on ledger.siem_cursors to append;
