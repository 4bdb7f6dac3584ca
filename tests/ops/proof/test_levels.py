"""`ledger verify` finds what was changed in rows, keys, tiles and checkpoints, and says in which of them and where."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from ops.crypto.signing import SigningKey
from ops.ledger.findings import Fault
from ops.proof.levels import Level
from ops.proof.notes import Algorithm, Checkpoint, Note, VerifierKey, cosign, sign_checkpoint
from ops.proof.policy import Policy
from ops.proof.tiles import Tile
from tests.ops.ledger.sample import LOG_ID, fresh_keys
from tests.ops.proof.logs import SealedLog
from tests.support.sealed import KEY, WITNESS, keep, origin, publish
from tests.support.servers import Database

SIZE, SIGNED_FIRST = 700, 300
FLIPS = int(os.environ.get("STRONGROOM_FLIPS", "300"))


@pytest.fixture
def log(ledger_database: Database) -> Iterator[SealedLog]:
    """700 records, signed at 300 and at 700: two full tiles of leaves, and an edge."""
    with psycopg.connect(ledger_database.superuser, autocommit=True) as hand:
        log = SealedLog(ledger_database, fresh_keys(), hand)
        hand.execute("alter table ledger.events drop constraint events_position_check")
        log.fill(SIZE)
        log.seal(SIGNED_FIRST)
        log.seal()
        yield log


def test_an_untouched_log_holds_at_every_level(log: SealedLog) -> None:
    verified = log.verify()
    assert verified.run.findings == []
    assert verified.newest is not None
    assert (verified.newest.size, verified.unsealed) == (SIZE, 0)
    assert verified.newest.root == verified.run.frontier.root()


def found(log: SealedLog, *levels: Level, **given: Any) -> set[tuple[Fault, int]]:
    return {(each.fault, each.position) for each in log.verify(*levels, **given).run.findings}


Change = tuple[str, set[tuple[Fault, int]]]
CHANGES: dict[str, Change] = {
    "an old row, consistently but for its moment": (
        "update ledger.events set recorded_at = recorded_at + interval '1 microsecond' where position = 100",
        {(Fault.SEALED, 100)},
    ),
    "a row that no tile covers yet": (
        "update ledger.events set recorded_at = recorded_at + interval '1 microsecond' where position = 700",
        {(Fault.ROOT, SIGNED_FIRST + 1)},
    ),
    "a tile's hashes": (
        "update ledger.tiles set hashes = set_byte(hashes, 32 * 9, get_byte(hashes, 32 * 9) # 1) where index = 1",
        {(Fault.TILE, 257), (Fault.TILE, 266)},
    ),
    "a tile's root": (
        "update ledger.tiles set root = set_byte(root, 3, get_byte(root, 3) # 1) where index = 1",
        {(Fault.TILE, 257)},
    ),
    "a tile is gone": ("delete from ledger.tiles where index = 0", {(Fault.TILE, 1)}),
    "the last tile is gone": ("delete from ledger.tiles where index = 1", {(Fault.TILE, 257)}),
    "all tiles are gone": ("delete from ledger.tiles", {(Fault.TILE, 1), (Fault.TILE, 257)}),
    "the newest record": ("delete from ledger.events where position = 700", {(Fault.SEEN, 700)}),
    "the newest hundred": ("delete from ledger.events where position > 600", {(Fault.SEEN, 601)}),
    "one in the middle": ("delete from ledger.events where position = 90", {(Fault.ORDER, 90)}),
    "checkpoints are gone": ("delete from ledger.checkpoints", {(Fault.SIGNED, 0)}),
    "a checkpoint's root": (
        "update ledger.checkpoints set root = sha256(root) where size = 300", {(Fault.CHECKPOINT, 300)},
    ),
    "a checkpoint's note": (
        "update ledger.checkpoints set note = replace(note, E'\\n300\\n', E'\\n299\\n') where size = 300",
        {(Fault.CHECKPOINT, 300)},
    ),
    "white space in a note": (
        "update ledger.checkpoints set note = replace(note, E'\\n300\\n', E'\\n300 \\n') where size = 300",
        {(Fault.CHECKPOINT, 300)},
    ),
    "a signature taken from another checkpoint": (
        "update ledger.checkpoints c set note = split_part(c.note, E'\\n\\n', 1) || E'\\n\\n' "
        "|| split_part(o.note, E'\\n\\n', 2) from ledger.checkpoints o where c.size = 300 and o.size = 700",
        {(Fault.SIGNED, 300)},
    ),
    "a data key": (
        "update ledger.event_keys set wrapped = set_byte(wrapped, 1, get_byte(wrapped, 1) # 1) "
        "where id = (select key_id from ledger.events where position = 1)",
        {(Fault.KEY, 0), (Fault.KEY, 1)},
    ),
    "a secret key": ("update ledger.secret_keys set nonce = substr(sha256(nonce), 1, 12)", {(Fault.KEY, 0)}),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_changed_is_named(log: SealedLog, what: str) -> None:
    statement, wanted = CHANGES[what]
    log.do(statement)
    assert found(log) >= wanted


def test_a_row_changed_with_its_tile_comes_to_another_root_than_was_signed(log: SealedLog) -> None:
    """T06 without the log's key: rows and tiles made anew fit each other, and no signature."""
    log.do("update ledger.events set recorded_at = recorded_at - interval '1 microsecond' where position > 99")
    log.do("create table signed as select * from ledger.checkpoints")
    log.do("delete from ledger.tiles")
    log.do("delete from ledger.checkpoints")
    log.seal()
    log.do("delete from ledger.checkpoints")
    log.do("insert into ledger.checkpoints select * from signed")
    assert found(log) == {(Fault.ROOT, 1)}


def test_a_rewritten_log_that_was_signed_anew_is_a_fork_to_whoever_kept_a_checkpoint(log: SealedLog) -> None:
    """T06 with the log's key: only somebody who kept what was signed before can tell."""
    (text,) = log.hand.execute("select note from ledger.checkpoints where size = 300").fetchone() or ("",)
    log.do("update ledger.events set recorded_at = recorded_at - interval '1 microsecond' where position > 99")
    log.do("delete from ledger.tiles")
    log.do("delete from ledger.checkpoints")
    log.seal()
    assert found(log) == set()
    assert found(log, seen={"mine": Note.parse(text)}) == {(Fault.ROOT, 1)}


def test_a_checkpoint_by_another_key_is_not_the_logs(log: SealedLog) -> None:
    forged = sign_checkpoint(Checkpoint(origin(LOG_ID), SIZE, bytes(32)), SigningKey(bytes(32)))
    log.do("delete from ledger.checkpoints")
    publish(log.hand, forged)
    assert found(log) == {(Fault.SIGNED, SIZE)}


def test_a_checkpoint_of_another_log_is_named(log: SealedLog) -> None:
    publish(log.hand, sign_checkpoint(Checkpoint("strongroom/other", SIZE, bytes(32)), KEY))
    assert found(log) == {(Fault.SIGNED, SIZE)}


def test_the_newest_has_to_be_seen_by_whom_the_policy_names(log: SealedLog) -> None:
    key = VerifierKey("auditor.example", Algorithm.COSIGNATURE, WITNESS.public)
    policy = Policy.parse(f"witness auditor {key}\nquorum auditor\n")
    assert found(log, policy=policy) == {(Fault.WITNESS, SIZE)}
    (text,) = log.hand.execute("select note from ledger.checkpoints where size = 700").fetchone() or ("",)
    note = Note.parse(text)
    publish(log.hand, note.with_(cosign(note, WITNESS, key.name, 1)))
    assert found(log, policy=policy) == set()


def test_records_behind_the_last_checkpoint_are_counted_and_no_fault(log: SealedLog) -> None:
    log.do("delete from ledger.checkpoints where size = 700")
    verified = log.verify()
    assert (verified.run.findings, verified.unsealed) == ([], SIZE - SIGNED_FIRST)


def test_the_database_lets_nobody_publish_two_roots_for_one_size(log: SealedLog) -> None:
    """T07: a second signer is refused, whatever it believes."""
    for size in (SIZE, SIGNED_FIRST):
        with pytest.raises(psycopg.DatabaseError, match="published already"):
            publish(log.hand, sign_checkpoint(Checkpoint(origin(LOG_ID), size, bytes(32)), KEY))
    with pytest.raises(psycopg.DatabaseError, match="does not reach"):
        publish(log.hand, sign_checkpoint(Checkpoint(origin(LOG_ID), SIZE + 1, bytes(32)), KEY))


def test_one_row_put_far_away_does_not_make_verification_endless(log: SealedLog) -> None:
    log.do("update ledger.events set position = 4611686018427387904 where position = 700")
    told: list[str] = []
    verified = log.verify(Level.ROWS, progress=lambda what, done, of: told.append(what))
    assert (Fault.ORDER, SIZE) in {(each.fault, each.position) for each in verified.run.findings}
    assert len(told) <= 2


def test_what_is_changed_in_between_is_not_half_seen(log: SealedLog) -> None:
    """Row and tile, changed together once the tiles were found sound, would fit each other and no signature."""

    def meddle(what: str, done: int, of: int) -> None:
        if (what, done) == ("checkpoints", of):
            log.do("update ledger.events set recorded_at = recorded_at - interval '1 microsecond' where position < 257")
            log.do("create table signed as select * from ledger.checkpoints")
            log.do("delete from ledger.tiles")
            log.do("delete from ledger.checkpoints")
            log.seal()
            log.do("delete from ledger.checkpoints")
            log.do("insert into ledger.checkpoints select * from signed")

    verified = log.verify(progress=meddle)
    assert verified.run.findings == []
    assert verified.newest is not None
    assert verified.run.frontier.root() == verified.newest.root
    assert found(log) == {(Fault.ROOT, 1)}


def test_a_tile_that_is_kept_is_never_kept_otherwise(log: SealedLog) -> None:
    with pytest.raises(psycopg.DatabaseError, match="tile 0/1 is kept with other hashes"):
        keep(log.hand, [Tile(0, 1, (bytes(32),) * 256)])


COLUMNS: dict[str, tuple[str, ...]] = {
    "events": ("position", "stream", "version", "topic", "key_id", "author", "recorded_at", "state", "mac"),
    "tiles": ("level", "index", "hashes", "root"),
    "checkpoints": ("origin", "size", "root", "note"),
    "event_keys": ("id", "scope", "kek", "wrapped", "nonce"),
    "secret_keys": ("id", "scope", "kek", "wrapped", "nonce"),
}
KEYS = {"events": "position", "tiles": "index", "checkpoints": "size", "event_keys": "id", "secret_keys": "id"}


@pytest.mark.slow
def test_flipped_bits_in_every_column_are_each_found_where_they_are(ledger_database: Database) -> None:
    with psycopg.connect(ledger_database.superuser, autocommit=True) as hand:
        hand.execute("alter table ledger.events drop constraint events_position_check")
        log = SealedLog(ledger_database, fresh_keys(), hand)
        log.fill(300)
        log.seal(270)
        log.seal()
        assert found(log) == set()
        chance = random.Random(8)
        places = [(table, column) for table, columns in COLUMNS.items() for column in columns]
        done = 0
        while done < FLIPS:
            table, column = places[done % len(places)]
            done += flipped_and_found(log, chance, table, column)
        assert found(log) == set()


def flipped_and_found(log: SealedLog, chance: random.Random, table: str, column: str) -> bool:
    """Flip one bit, verify, and put the value back; False when the database does not let such a value in."""
    rows = log.hand.execute(sql.SQL("select {}, {} from ledger.{} order by 1").format(
        sql.Identifier(KEYS[table]), sql.Identifier(column), sql.Identifier(table))).fetchall()  # fmt: skip
    key, value = chance.choice(rows)
    set_to = "update ledger.{} set {} = %s where {} = %s"
    statement = sql.SQL(set_to).format(sql.Identifier(table), sql.Identifier(column), sql.Identifier(KEYS[table]))
    try:
        log.hand.execute(statement, (flip(value, chance), key))
    except psycopg.DatabaseError:
        return False
    findings = found(log)
    back = key if column != KEYS[table] else flip_back(log, rows, table, column)
    log.hand.execute(statement, (value, back))
    told = (table, column, key, findings)
    assert any(lawful(table, column, key, fault, position) for fault, position in findings), told
    return True


def flip_back(log: SealedLog, rows: list[tuple[Any, ...]], table: str, column: str) -> Any:
    """What the key became."""
    known = {row[0] for row in rows}
    now = log.hand.execute(sql.SQL("select {} from ledger.{}").format(sql.Identifier(column), sql.Identifier(table)))
    return next(value for (value,) in now.fetchall() if value not in known)


def flip(value: Any, chance: random.Random) -> Any:
    match value:
        case bytes():
            at = chance.randrange(len(value))
            return value[:at] + bytes([value[at] ^ 1 << chance.randrange(8)]) + value[at + 1 :]
        case UUID():
            return UUID(int=value.int ^ 1 << chance.randrange(128))
        case datetime():
            return value + timedelta(microseconds=chance.choice((-1, 1)) * (1 << chance.randrange(45)))
        case str():
            at = chance.randrange(len(value))
            return value[:at] + chr(ord(value[at]) ^ 1 << chance.randrange(7)) + value[at + 1 :]
        case int():
            return value ^ 1 << chance.randrange(62)
    raise TypeError(value)


TREE = {Fault.TILE, Fault.ROOT, Fault.SEALED, Fault.SEEN, Fault.SIGNED, Fault.CHECKPOINT}


def lawful(table: str, column: str, key: Any, fault: Fault, position: int) -> bool:
    """Whether this says what was changed, and where."""
    match table:
        case "events":
            in_tile = key <= 256
            return (position == key and fault not in TREE - {Fault.SEALED}) or (not in_tile and fault in TREE)
        case "tiles":
            return fault is Fault.TILE and 1 <= position <= 256
        case "checkpoints":
            return fault in (Fault.CHECKPOINT, Fault.SIGNED) and (position == key or column == "size")
        case _:
            return fault is Fault.KEY
