"""`ledger verify` counts the records again: what was put in, taken out or changed since is not what was counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from domain import ids
from domain.counts import EVERY, LARGEST, Count, Tally
from ops.ledger import verify as verifying
from ops.ledger.findings import Fault
from tests.ops.ledger.sample import fresh_keys
from tests.support.counted import PEOPLE, CountedLog, as_count, disclosed, history
from tests.support.servers import Database

SIZE, LONG = 3 * EVERY + 100, 5 * EVERY + 100
COUNT = Fault.COUNT


@pytest.fixture
def log(ledger_database: Database) -> Iterator[CountedLog]:
    with psycopg.connect(ledger_database.superuser, autocommit=True) as hand:
        yield CountedLog(ledger_database, fresh_keys(), hand)


def test_an_untouched_log_is_what_was_counted(log: CountedLog) -> None:
    log.write(history(SIZE))
    run = log.verify()
    assert run.findings == []
    assert (run.coverage.last, run.coverage.newest) == (3 * EVERY, 3 * EVERY + 1)


@pytest.mark.parametrize("width", [1 << 11, 1 << 9])
def test_ranges_go_on_from_one_run_of_records_to_the_next(
    log: CountedLog, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "RANGE", width)
    events = history(LONG, skipped=lambda last: last == 3 * EVERY)
    log.write(events)
    assert log.found() == log.found(processes=2) == [(COUNT, 2 * EVERY + 1)]
    log.write([*events[:1500], disclosed(8), *events[1500:]])
    assert (COUNT, EVERY + 1) in log.found()


def test_a_record_that_somebody_with_all_keys_puts_in_was_not_counted(log: CountedLog) -> None:
    events = history(SIZE)
    log.write([*events[:1500], disclosed(8), *events[1500:]])
    assert log.found()[0] == (COUNT, EVERY + 1)


def test_a_record_that_somebody_with_all_keys_takes_out_was_counted(log: CountedLog) -> None:
    events = history(SIZE)
    log.write([*events[:1500], *events[1501:]])
    assert (COUNT, EVERY + 1) in log.found()


@pytest.mark.parametrize("what", ["person", "account", "session"])
def test_a_record_that_is_said_to_be_anothers_was_not_counted(log: CountedLog, what: str) -> None:
    events = history(SIZE)
    number = {"person": 1500, "account": 1500 + 3 * 40, "session": 1500 + 3 * 7}[what]
    twin: Any = disclosed(number, PEOPLE[1] if what == "person" else None).event
    old: Any = events[1500].event
    vars(twin).update(originator_id=old.originator_id)
    events[1500] = replace(events[1500], event=twin)
    log.write(events)
    assert log.found() == [(COUNT, EVERY + 1)]


def test_a_range_that_was_left_out_is_named(log: CountedLog) -> None:
    log.write(history(LONG, skipped=lambda last: last in (2 * EVERY, 3 * EVERY)))
    assert log.found() == [(COUNT, EVERY + 1)]


def test_that_nobody_counts_any_more_is_named(log: CountedLog) -> None:
    log.write(history(LONG, skipped=lambda last: last > EVERY))
    assert log.found() == [(COUNT, EVERY + 1)]
    log.write(history(4 * EVERY, skipped=lambda last: last > EVERY))
    assert log.found() == []


def test_what_was_never_counted_was_written_before_there_were_counts(log: CountedLog) -> None:
    log.write(history(LONG, skipped=lambda last: True))
    run = log.verify()
    assert (run.findings, run.coverage.newest) == ([], 0)


def test_what_is_counted_late_is_counted(log: CountedLog) -> None:
    """An older log that goes on under a release that counts: it is right at every moment."""
    events = history(LONG, skipped=lambda last: True)
    for last in range(EVERY, 5 * EVERY + 1, EVERY):
        events.append(as_count(events, last))
        if last in (EVERY, 3 * EVERY, 5 * EVERY):
            log.write(events)
            assert log.found() == []


def test_no_record_is_counted_twice(log: CountedLog) -> None:
    events = history(SIZE)
    log.write([*events, as_count(events, 2 * EVERY, first=EVERY - 99, last=2 * EVERY - 100)])
    assert log.found() == [(COUNT, SIZE + 1)]
    beside = as_count(events, 2 * EVERY)
    vars(beside.event).update(originator_id=ids.new())
    log.write([*events, beside])
    assert log.found() == [(COUNT, SIZE + 1)]


def test_what_is_not_there_yet_is_not_counted(log: CountedLog) -> None:
    events = history(SIZE)
    early = events.pop(3 * EVERY)
    log.write([*events[:2500], early, *events[2500:]])
    assert (COUNT, 2501) in log.found()


@pytest.mark.parametrize("part", ["users", "accounts", "sessions", "kinds", "unread"])
def test_a_count_that_says_otherwise_is_named(log: CountedLog, part: str) -> None:
    events = history(SIZE)
    count: Any = events[2 * EVERY].event
    other = {"kinds": count.kinds[:-1], "unread": 3}.get(part, Tally.of({PEOPLE[0]: EVERY}))
    vars(count).update({part: other})
    log.write(events)
    assert log.found() == ([(COUNT, EVERY + 1)] if part != "unread" else [])


def test_a_count_that_differs_in_what_it_does_not_name_is_named(log: CountedLog) -> None:
    events = history(SIZE)
    for number in range(1001, 1101):
        events[number] = disclosed(number, ids.new())
    events[2 * EVERY] = as_count(events, 2 * EVERY)
    count: Any = events[2 * EVERY].event
    assert count.users.ids > LARGEST
    log.write(events)
    assert log.found() == []
    old: Any = events[1050].event
    events[1050] = disclosed(1050, ids.new())
    vars(events[1050].event).update(originator_id=old.originator_id)
    log.write(events)
    assert log.found() == [(COUNT, EVERY + 1)]


def test_what_is_forgotten_by_right_was_counted_and_nothing_else_may_be_missing(log: CountedLog) -> None:
    events, gone = history(SIZE), ids.new()
    for number in (1500, 1501, 1502):
        events[number] = replace(disclosed(number, scope=gone), scope=gone)
    log.write(events)
    assert log.found() == []
    key = log.rows[1500].key_id
    log.hand.execute("delete from ledger.event_keys where id = %s", (key,))
    assert log.found(shredded={key: SIZE}) == []
    for number in range(1600, 1605):
        old: Any = events[number].event
        events[number] = disclosed(number, ids.new())
        vars(events[number].event).update(originator_id=old.originator_id)
    log.write(events)
    key = log.rows[1500].key_id
    log.hand.execute("delete from ledger.event_keys where id = %s", (key,))
    assert log.found(shredded={key: SIZE}) == [(COUNT, EVERY + 1)]


def test_a_count_that_nobody_signed_is_none(log: CountedLog) -> None:
    log.write(history(SIZE))
    log.hand.execute("update ledger.events set mac = sha256(mac) where stream = %s", (Count.create_id(2 * EVERY),))
    assert set(log.found()) == {(Fault.SIGNATURE, 2 * EVERY + 1), (COUNT, EVERY + 1)}
