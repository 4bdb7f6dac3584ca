"""Seeing to it that every record was signed by its author, as it comes: the projector has no author's key to check by,
and would show what somebody forged with data keys alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain.errors import Unavailable
from ops.ledger.errors import Tampered, UpgradeNeeded
from ops.ledger.log import Record
from ops.logging import Log

log = Log("strongroom.worker")


class Checker(Protocol):
    """Who holds all authors' keys; the mapper."""

    def check(self, record: Record) -> None: ...


class Alarms(Protocol):
    """Where people look."""

    async def raise_forged(self, position: int, detail: str) -> None: ...


class Signatures:
    """Names what nobody signed; nothing that is decided rests on such a record, here or elsewhere."""

    def __init__(self, checker: Checker, alarms: Alarms) -> None:
        self._checker = checker
        self._alarms = alarms

    async def look(self, records: Sequence[Record]) -> None:
        for record in records:
            try:
                self._checker.check(record)
            except Tampered as trouble:
                await self._name(record.position, str(trouble))
            except UpgradeNeeded:
                continue  # a newer release wrote it: this one is not ours to judge, those behind it are

    async def _name(self, position: int, why: str) -> None:
        log.error("a record is not what its author wrote", position=position, problem=why)
        try:
            await self._alarms.raise_forged(position, why)
        except Unavailable:
            log.warning("an alarm could not be written", position=position)
