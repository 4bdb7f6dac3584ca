"""`ledger verify` finds the log whole, or says what is wrong with it, where, and with an exit code of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from domain.base import Author
from domain.logs import FORMAT, Log
from ops import database
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring, scope_of
from ops.ledger import entry
from ops.ledger.findings import Fault, Run
from ops.ledger.log import Row
from ops.ledger.mapper import Mapper
from ops.ledger.topics import Topics
from ops.ledger.verify import Case, verify
from tests.ops.ledger.sample import GRANT, LOG_ID, TODAY, Keys, Sample, fresh_keys, record
from tests.ops.ledger.test_merkle import reference
from tests.support.servers import Database

TOPICS = Topics([Log, Sample])
INSERT = (
    "insert into ledger.events values (%s, %s, %s, %s, %s, %s, "
    "timestamptz '2026-07-01 12:00Z' + %s * interval '1 second', %s, %s)"
)
EVENTS = "update ledger.events set"
SAMPLES = 4


@dataclass
class Written:
    """A log in a database, written by the system and the api, and somebody who may do anything to it."""

    database: Database
    keys: Keys
    hand: Connection[Any]

    def case(self, signatures: bool = True, states: bool = True) -> Case:
        authors = AuthorKeys(None, self.keys.authors) if signatures else AuthorKeys.none()
        return Case(self.database.migrate, LOG_ID, TOPICS, authors, self.keys.event_root if states else None)

    def verify(self, **checks: bool) -> Run:
        return verify(self.case(**checks), processes=0)

    def do(self, statement: str, *arguments: object) -> None:
        self.hand.execute(statement, arguments or None)

    def append(self, row: Row) -> None:
        ends = self.hand.execute("select max(position) from ledger.events").fetchone()
        assert ends is not None
        self.insert((ends[0] or 0) + 1, row)

    def insert(self, position: int, row: Row) -> None:
        values = (row.stream, row.version, row.topic, row.key_id, row.author, position, row.state, row.mac)
        self.do(INSERT, position, *values)

    def seal(self, *events: Any, author: Author = Author.API, keys: Keys | None = None) -> list[Row]:
        return asyncio.run(self._seal(events, author, keys or self.keys))

    async def _seal(self, events: tuple[Any, ...], author: Author, keys: Keys) -> list[Row]:
        async with database.pool(self.database.append) as pool:
            ring = Keyring(Tier.EVENT, keys.event_root, LOG_ID, PostgresKeyStore(pool, Tier.EVENT))
            mapper = Mapper(LOG_ID, ring, AuthorKeys(author, keys.authors), TOPICS)
            return [await mapper.seal(event, event.originator_id, TODAY) for event in events]


def genesis() -> Any:
    return Log(LOG_ID, FORMAT, "0", b"e" * 32, b"s" * 32).pending_events[0]


def some_events() -> list[Any]:
    events: list[Any] = []
    for number in range(SAMPLES):
        sample = Sample(f"sample {number}", None)
        sample.change("changed")
        sample.share(GRANT)
        events += sample.pending_events
    return sorted(events, key=lambda event: event.originator_version)


@pytest.fixture
def written(ledger_database: Database) -> Iterator[Written]:
    with psycopg.connect(ledger_database.superuser, autocommit=True) as hand:
        log = Written(ledger_database, fresh_keys(), hand)
        log.hand.execute("alter table ledger.events drop constraint events_position_check")
        for row in log.seal(genesis(), author=Author.SYSTEM) + log.seal(*some_events()):
            log.append(row)
        yield log


def test_an_untouched_log_is_whole(written: Written) -> None:
    run = written.verify()
    assert run.findings == []
    assert run.count == 1 + 3 * SAMPLES


def test_its_root_is_the_root_over_its_leaf_entries(written: Written) -> None:
    columns = "stream, version, topic, key_id, author, state, mac"
    rows = written.hand.execute(f"select {columns}, recorded_at from ledger.events order by position").fetchall()
    entries = [entry.leaf_entry(LOG_ID.bytes, record(Row(*row[:-1]), at, row[-1])) for at, row in enumerate(rows, 1)]
    run = written.verify(signatures=False, states=False)
    assert run.frontier.root() == reference(entries)
    assert sha256(run.last_entry).digest() == sha256(entries[-1]).digest()


STATEMENTS: list[tuple[str, Fault, int]] = [
    ("delete from ledger.events where position = 4", Fault.ORDER, 4),
    (f"{EVENTS} position = -3 where position = 13", Fault.ORDER, 0),
    (f"{EVENTS} position = 99 where position = 13", Fault.ORDER, 13),
    (f"{EVENTS} recorded_at = recorded_at - interval '1 hour' where position = 5", Fault.TIME, 5),
    (f"{EVENTS} version = 7 where position = 6", Fault.STREAMS, 6),
    (f"{EVENTS} stream = gen_random_uuid() where position = 6", Fault.STREAMS, 6),
    (f"{EVENTS} state = set_byte(state, 40, get_byte(state, 40) # 1) where position = 3", Fault.SIGNATURE, 3),
    (f"{EVENTS} state = set_byte(state, 0, 2) where position = 3", Fault.STATE, 3),
    (f"{EVENTS} state = '' where position = 3", Fault.STATE, 3),
    (f"{EVENTS} mac = set_byte(mac, 1, get_byte(mac, 1) # 4) where position = 3", Fault.SIGNATURE, 3),
    (f"{EVENTS} topic = 'sample.worked' where position = 3", Fault.SIGNATURE, 3),
    (f"{EVENTS} author = 2 where position = 3", Fault.SIGNATURE, 3),
    (f"{EVENTS} author = -1 where position = 3", Fault.SIGNATURE, 3),
    (f"{EVENTS} key_id = key_id + 1 where position = 3", Fault.SIGNATURE, 3),
    ("delete from ledger.event_keys where id = (select key_id from ledger.events where position = 3)", Fault.KEY, 3),
    ("update ledger.event_keys set nonce = wrapped where id = (select key_id from ledger.events where position = 3)",
     Fault.KEY, 3),
    ("delete from ledger.events where position = 1", Fault.ORDER, 1),
    (f"delete from ledger.events where position = 1; {EVENTS} position = position - 1", Fault.GENESIS, 1),
    ("delete from ledger.events", Fault.GENESIS, 1),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "fault", "position"), STATEMENTS, ids=[s[0][:60] for s in STATEMENTS])
def test_what_a_database_owner_does_is_named(written: Written, statement: str, fault: Fault, position: int) -> None:
    written.do(statement)
    run = written.verify()
    assert (fault, position) in {(found.fault, found.position) for found in run.findings}


def test_states_swapped_between_rows_are_named(written: Written) -> None:
    others = "from ledger.events o where (e.position, o.position) in ((3, 4), (4, 3))"
    written.do(f"update ledger.events e set state = o.state, mac = o.mac {others}")
    assert {(f.fault, f.position) for f in written.verify().findings} == {(Fault.SIGNATURE, 3), (Fault.SIGNATURE, 4)}
    unsigned = written.verify(signatures=False).findings
    assert {(f.fault, f.position) for f in unsigned} == {(Fault.STATE, 3), (Fault.STATE, 4)}


def test_positions_swapped_within_a_stream_are_named(written: Written) -> None:
    for now, then in ((2, 50), (6, 2), (50, 6)):
        written.do("update ledger.events set position = %s where position = %s", then, now)
    assert Fault.STREAMS in written.verify().faults


def test_a_forged_row_is_named(written: Written) -> None:
    forger = fresh_keys()
    forger.authors = dict.fromkeys(Author, b"?" * 32)
    written.append(written.seal(*Sample("forged", None).pending_events, keys=forger)[0])
    run = written.verify()
    assert [(found.fault, found.position) for found in run.findings] == [(Fault.SIGNATURE, 2 + 3 * SAMPLES)]


def test_a_row_of_an_author_who_may_not_write_it_is_named(written: Written) -> None:
    rows = written.seal(*Sample("mine", None).pending_events)
    key = asyncio.run(_key(written, rows[0].stream))
    associated = entry.bound(LOG_ID.bytes, rows[0].stream.bytes, 2, key.id, 1, b"sample.worked")
    state = b"\x01\0\x01" + bytes(12) + key.aead.encrypt(bytes(12), b"\x80", associated)
    message = entry.signed(associated, Author.API, sha256(state).digest())
    mac = AuthorKeys(Author.API, written.keys.authors).sign(message)
    for row in (rows[0], Row(rows[0].stream, 2, "sample.worked", key.id, Author.API, state, mac)):
        written.append(row)
    assert list(written.verify().faults) == [Fault.AUTHOR]


async def _key(written: Written, stream: Any) -> Any:
    async with database.pool(written.database.append) as pool:
        store = PostgresKeyStore(pool, Tier.EVENT)
        ring = Keyring(Tier.EVENT, written.keys.event_root, LOG_ID, store)
        return await ring.data_key(scope_of(stream, TODAY))


def test_a_second_genesis_and_one_of_another_log_are_named(written: Written) -> None:
    other = Log(Sample.create_id(), FORMAT, "0", b"e" * 32, b"s" * 32).pending_events[0]
    written.append(written.seal(other, author=Author.SYSTEM)[0])
    run = written.verify()
    assert [found.what.split(":")[0] for found in run.findings] == [
        "the log is opened at position 1 and nowhere else",
        "it opens another log",
    ]


def test_a_log_of_a_newer_format_asks_for_a_newer_release(written: Written) -> None:
    log = genesis().mutate(None)
    log.raise_format(FORMAT + 1)
    written.append(written.seal(*log.pending_events, author=Author.SYSTEM)[0])
    assert list(written.verify().faults) == [Fault.FORMAT]


def test_of_many_faults_the_first_are_named_and_all_counted(written: Written) -> None:
    written.do("update ledger.events set mac = decode(repeat('00', 32), 'hex')")
    run = written.verify()
    assert run.faults == {Fault.SIGNATURE: 1 + 3 * SAMPLES}


@pytest.mark.parametrize("processes", [0, 1, 2])
def test_ranges_and_processes_change_nothing(written: Written, processes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = written.verify()
    monkeypatch.setattr("ops.ledger.verify.RANGE", 4)
    seen: list[tuple[int, int]] = []
    parts = verify(written.case(), lambda done, of: seen.append((done, of)), processes)
    assert (parts.count, parts.places, parts.findings) == (whole.count, whole.places, [])
    assert (parts.frontier.root(), parts.last_entry) == (whole.frontier.root(), whole.last_entry)
    assert (parts.first_time, parts.last_time) == (whole.first_time, whole.last_time)
    assert seen == [(4, 13), (8, 13), (12, 13), (13, 13)]


@pytest.mark.parametrize("position", [4, 5, 8, 9, 12])
def test_faults_at_the_seams_of_ranges_are_found(
    written: Written, position: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.ledger.verify.RANGE", 4)
    written.do("update ledger.events set recorded_at = '2001-01-01' where position = %s", position)
    assert [(found.fault, found.position) for found in written.verify().findings] == [(Fault.TIME, position)]
    written.do("delete from ledger.events where position = %s", position)
    found = {(found.fault, found.position) for found in written.verify().findings}
    assert (Fault.ORDER, position) in found
