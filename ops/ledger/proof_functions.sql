-- The only ways to write the tree. Owned by ledger_owner; the signer may call them and holds no right to the tables.
drop function if exists ledger.keep_tiles, ledger.publish_checkpoint;

-- Keeps full tiles. One that is kept already must be the same (SR030): two trees of one log are a fork.
create function ledger.keep_tiles(levels smallint[], indexes bigint[], hashes bytea[], roots bytea[]) returns void
language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
  other record;
begin
  insert into tiles (level, index, hashes, root)
    select * from unnest(levels, indexes, hashes, roots) on conflict do nothing;
  select t.level, t.index into other
    from unnest(levels, indexes, hashes, roots) n(level, index, hashes, root)
    join tiles t on t.level = n.level and t.index = n.index
   where (t.hashes, t.root) is distinct from (n.hashes, n.root) limit 1;
  if found then
    raise exception 'tile %/% is kept with other hashes', other.level, other.index using errcode = 'SR030';
  end if;
end $$;

-- Publishes a checkpoint, or one of the same size and root again with more signatures. Sizes of one origin only grow,
-- no size has two roots (SR031), and none goes beyond the log (SR032).
create function ledger.publish_checkpoint(origin text, size bigint, root bytea, note text, agreed boolean) returns void
language plpgsql security definer set search_path = ledger, pg_temp as $$
declare
  newest record;
begin
  perform pg_advisory_xact_lock(hashtext('strongroom.checkpoints'));
  select c.size, c.root into newest from checkpoints c
   where c.origin = publish_checkpoint.origin order by c.size desc limit 1;
  if found and (publish_checkpoint.size < newest.size
                or publish_checkpoint.size = newest.size and publish_checkpoint.root <> newest.root) then
    raise exception 'a checkpoint of % records is published already', newest.size using errcode = 'SR031';
  end if;
  if not exists (select from events e where e.position = publish_checkpoint.size) then
    raise exception 'the log does not reach position %', publish_checkpoint.size using errcode = 'SR032';
  end if;
  insert into checkpoints as c (origin, size, root, note, agreed) values (origin, size, root, note, agreed)
    on conflict on constraint checkpoints_pkey
    do update set note = excluded.note, agreed = c.agreed or excluded.agreed;
  perform pg_notify('checkpoints', size::text);
end $$;

revoke all on function ledger.keep_tiles, ledger.publish_checkpoint from public;
grant execute on function ledger.keep_tiles, ledger.publish_checkpoint to sign;
