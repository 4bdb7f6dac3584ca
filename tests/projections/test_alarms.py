"""Up to when an alarm is settled."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import LiteralString

import pytest

from domain import ids
from domain.alarms import AlarmClosing, AlarmKind
from ops.ledger.log import Record
from projections.alarms import AlarmsProjection

RECORDED = datetime(2026, 7, 1, 12, tzinfo=UTC)


@dataclass
class Written:
    """What a projection executes."""

    params: list[tuple[object, ...]] = field(default_factory=list)

    def add(self, table: str, *values: object) -> None:
        raise AssertionError(table)

    def execute(self, statement: LiteralString, *params: object) -> None:
        self.params.append(params)


@pytest.mark.parametrize(
    ("later", "settled"), [(timedelta(hours=-1), timedelta(hours=-1)), (timedelta(days=9), timedelta(0))]
)
def test_a_closing_settles_nothing_that_was_raised_behind_it(later: timedelta, settled: timedelta) -> None:
    closing = AlarmClosing(kind=AlarmKind.FORGED, name="log", position=9, seen_at=RECORDED + later)
    (event,) = closing.collect_events()
    record = Record(9, ids.new(), 1, "alarm.closed", 1, 1, RECORDED, b"", b"")
    rows = Written()
    AlarmsProjection().apply(event, record, rows)
    assert rows.params == [("forged", "log", 9, RECORDED + settled)]
