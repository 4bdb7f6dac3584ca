"""Every record is looked at, whatever stands before it and whoever cannot be told."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from domain.errors import Unavailable
from ops.ledger.errors import Tampered, UpgradeNeeded
from ops.ledger.log import Record
from workers.signatures import Signatures

FORGED = {2, 4}
NEWER = 3


class Desk:
    """Judges by position alone, and notes what it is told; the first alarm finds nobody."""

    def __init__(self) -> None:
        self.told: list[int] = []

    def check(self, record: Record) -> None:
        if record.position == NEWER:
            raise UpgradeNeeded(record.position, record.topic)
        if record.position in FORGED:
            raise Tampered(record.position, "mac: its author did not sign it")

    async def raise_forged(self, position: int, detail: str) -> None:
        self.told.append(position)
        if len(self.told) == 1:
            raise Unavailable


def record(position: int) -> Record:
    return Record(position, UUID(int=position), 1, "sample.made", 1, 1, datetime.now(UTC), b"", b"")


async def test_what_stands_behind_a_newer_releases_record_or_a_lost_alarm_is_looked_at_too() -> None:
    desk = Desk()
    await Signatures(desk, desk).look([record(position) for position in range(1, 6)])
    assert desk.told == [2, 4]
