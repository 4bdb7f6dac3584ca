-- How often each data key has sealed something: a key is good for so many uses, and its scope gets another one then.
alter table ledger.event_keys
  add column serial int not null default 1 check (serial > 0),
  add column uses bigint not null default 0 check (uses >= 0),
  drop constraint event_keys_scope_key,
  add constraint event_keys_scope_serial_key unique (scope, serial);
alter table ledger.secret_keys
  add column serial int not null default 1 check (serial > 0),
  add column uses bigint not null default 0 check (uses >= 0),
  drop constraint secret_keys_scope_key,
  add constraint secret_keys_scope_serial_key unique (scope, serial);
