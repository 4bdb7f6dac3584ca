-- What was forgotten for good: no data key is made for these scopes again.
create table ledger.shredded (scope text primary key);

-- What was shredded is asked for wherever a data key is missing.
create index events_shreddings on ledger.events (position) where topic = 'shredding.begun';
