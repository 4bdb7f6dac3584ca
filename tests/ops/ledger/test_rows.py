"""Rows as they are copied: all of them or an error, never fewer; one that is broken is named, the others are read."""

from __future__ import annotations

import gc
import struct
from collections.abc import Collection

import psycopg
import pytest

from ops.crypto import key_reader
from ops.crypto.aead import Aead
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_reader import KeyReader
from ops.ledger import rows
from ops.ledger.findings import Fault
from ops.ledger.inspection import Inspector
from ops.ledger.topics import Topics
from ops.ledger.verify import verify
from tests.ops.ledger.sample import LOG_ID
from tests.ops.ledger.test_verify import SAMPLES, Written, written
from tests.support.servers import Database

__all__ = ["written"]
NUMBERS = "copy (select {} from generate_series(1, 9000) n) to stdout (format binary)"


def test_every_row_comes_once_and_the_connection_is_free_again(ledger_database: Database) -> None:
    with psycopg.connect(ledger_database.project) as connection:
        found = [struct.unpack(">hii", row)[2] for row in rows.copied(connection, NUMBERS.format("n"))]
        assert found == list(range(1, 9001))
        assert list(rows.copied(connection, NUMBERS.format("n").replace("9000", "0"))) == []
        assert connection.execute("select 1").fetchone() == (1,)


def test_an_answer_that_breaks_off_is_an_error_and_not_a_shorter_log(ledger_database: Database) -> None:
    with psycopg.connect(ledger_database.project, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.DivisionByZero):
            list(rows.copied(connection, NUMBERS.format("1 / (8000 - n)")))
        assert connection.execute("select 1").fetchone() == (1,)


@pytest.mark.parametrize("cut", [0, 1, 30, 79, 90, 120])
def test_a_broken_row_is_named_and_those_around_it_are_read(written: Written, cut: int) -> None:
    with psycopg.connect(written.database.migrate) as connection:
        read = list(rows.read(connection, 0, 1 + 3 * SAMPLES))
    read[5] = read[5][:cut]
    run = Inspector(LOG_ID, Topics([]), AuthorKeys.none()).inspect(read, 0, len(read))
    assert (Fault.STATE, 5) in {(found.fault, found.position) for found in run.findings}
    assert (run.count, run.faults[Fault.ORDER]) == (len(read) - 1, 1)


def test_a_broken_row_of_a_stream_is_refused() -> None:
    with pytest.raises(rows.BrokenRow):
        rows.parse_streams([bytes(46), bytes(45), bytes(47)])


def test_few_keys_are_kept_however_many_were_asked_for(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_reader, "AT_HAND", 2)
    ids = [row[0] for row in written.hand.execute("select id from ledger.event_keys order by id").fetchall()]
    reader = Counting(written)
    assert set(reader(ids)) == set(ids)
    reader(ids[:2])
    fetched = len(reader.asked)
    assert set(reader(ids[:2])) == set(ids[:2])
    assert len(reader.asked) == fetched
    reader(ids)
    assert reader.asked[-1] == ids[2:] != []


class Counting(KeyReader):
    """Tells what it fetched."""

    def __init__(self, log: Written) -> None:
        super().__init__(log.hand, log.keys.event_root, LOG_ID)
        self.asked: list[list[int]] = []

    def _fetched(self, ids: Collection[int]) -> dict[int, Aead | None]:
        self.asked.append(list(ids))
        return super()._fetched(ids)


def test_no_process_copies_the_memory_that_all_share(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is frozen is never looked through for garbage, which would write to it."""
    monkeypatch.setattr("ops.ledger.verify.RANGE", 4)
    frozen: list[int] = []
    verify(written.case(), lambda done, of: frozen.append(gc.get_freeze_count()), processes=1)
    assert all(frozen)
    assert gc.get_freeze_count() == 0
