"""Whether the log is still the one that the read models were made from: they remember it while nobody else runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from domain.errors import StrongroomError
from ops.ledger.errors import Away, Forked
from ops.ledger.marks import Marker
from ops.ledger.source import Source
from ops.logging import Log
from projections.reading import Views

LOOK = 1.0
AGAIN = 0.25
PATIENCE = 5.0
"""Seconds, all three: between two looks, until one that failed is made again, and for the first."""
log = Log("strongroom.history")


class History:
    """Looks before a process decides anything, and every second. A log whose end was cut off or changed would have
    forgotten what was revoked last; no decision reads a projection, but what one remembers is reason to decide nothing.
    """

    def __init__(self, source: Source, views: Views, marker: Marker, forked: Callable[[], None]) -> None:
        self._source = source
        self._views = views
        self._marker = marker
        self._forked = forked

    async def first_look(self) -> None:
        """Again and again until it is known. Read models that stay away must not keep a vault from starting: they are
        looked at when they are back."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    if await self.look():
                        return
                    await asyncio.sleep(AGAIN)
        except TimeoutError:
            log.warning("the read models do not answer: whether the log was set back is not known yet")

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(LOOK)
            await self.look()

    async def look(self) -> bool:
        """Whether it is known now. The marks first: the log is never behind what was read from it."""
        try:
            await self._marker.compare(self._source, await self._views.marks())
        except Forked as fork:
            log.error("the log is not the one that the read models were made from", problem=str(fork))
            self._forked()
        except (Away, StrongroomError):
            return False
        return True
