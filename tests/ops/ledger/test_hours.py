"""`ledger verify` finds hours that were noted and are not there, and takes silence for nothing worse than it is."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from domain import ids
from ops.ledger import verify as verifying
from ops.ledger.findings import Fault
from ops.proof.levels import Level, Verified
from ops.proof.operator import Outcome
from tests.ops.ledger.sample import fresh_keys
from tests.support.counted import CountedLog, an_hour, at, disclosed, genesis
from tests.support.servers import Database

ONE, OTHER = ids.new(), ids.new()


@pytest.fixture
def log(ledger_database: Database) -> Iterator[CountedLog]:
    with psycopg.connect(ledger_database.superuser, autocommit=True) as hand:
        yield CountedLog(ledger_database, fresh_keys(), hand)


@pytest.mark.parametrize("width", [1 << 2, 1 << 15])
def test_an_hour_that_a_later_one_names_and_that_is_gone_with_its_night_is_named(
    log: CountedLog, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds all keys took out what was done in two hours, the hours with it, and moved up what followed."""
    monkeypatch.setattr(verifying, "RANGE", width)
    night = [[an_hour(hour, hour - 1 if hour else None, ONE), disclosed(hour)] for hour in range(6)]
    log.write([genesis(), *(each for hour in night for each in hour)])
    assert log.found() == []
    log.write([genesis(), *(each for hour in (*night[:2], *night[4:]) for each in hour)])
    assert log.found() == [(Fault.HOUR, 6)]
    assert f"{at(3):%Y-%m-%dT%H}" in log.verify().findings[0].what


def test_a_vault_that_was_off_or_noted_hours_under_an_older_release_has_no_fault(log: CountedLog) -> None:
    older = [an_hour(0), an_hour(1), an_hour(4)]
    log.write([genesis(), *older, an_hour(9, 4, ONE), an_hour(10, 9, OTHER), an_hour(2000, None, OTHER)])
    assert log.found() == []


def test_that_a_worker_ran_and_could_record_nothing_is_told_and_is_no_fault(log: CountedLog) -> None:
    """A machine that slept, or a PostgreSQL that was away: the same run notes hours before and after."""
    log.write([genesis(), an_hour(0, None, ONE), an_hour(1, 0, ONE), an_hour(5, 1, ONE), an_hour(9, 5, OTHER)])
    run = log.verify()
    assert (run.findings, run.hours.silent, run.hours.spans) == ([], 3, [(at(2), at(4))])
    outcome = Outcome(Verified(run), (Level.ROWS,), signed=True)
    assert "3 hours without a sign of life, no fault" in outcome.text()
    assert f"{at(2):%Y-%m-%dT%H} to {at(4):%Y-%m-%dT%H} UTC" in outcome.text()
    assert outcome.exit_code == 0
