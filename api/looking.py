"""What the api process can see of the whole installation: the log, its keys, the bus, the read models, its siblings."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from api.health import Check, Health
from api.measures import MeasuredLog
from ops.bus import LOG, Bus, BusAway
from ops.database import Pool
from ops.doctor import machine
from ops.doctor.findings import Finding
from ops.ledger.extent import Extent, extent
from ops.runtime.standing import standing_file
from ops.settings import Settings
from projections.reading import Alarm, Reached, Views

PATIENCE = 2.0


@dataclass(frozen=True, slots=True)
class Stands:
    """A process or server as the supervisor knows it."""

    name: str
    ready: bool
    falls: int


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything, at one moment; `bus` is where the stream of the log ends, None when nobody could ask."""

    position: int
    extent: Extent
    waiting: int
    is_forked: bool
    clock_off: timedelta
    streams: int
    checks: Sequence[Check]
    reached: Sequence[Reached]
    alarms: Sequence[Alarm]
    bus: int | None
    standing: Sequence[Stands]
    machine: Sequence[Finding]


class Looks(Protocol):
    """Whoever can look at the installation."""

    async def look(self) -> Seen:
        """As it is now. Raises Away or Unavailable when the log or the read models cannot be asked."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Ours: looked at only when an administrator asks, and only with what this process may touch anyway."""

    settings: Settings
    log: MeasuredLog
    pool: Pool
    bus: Bus
    views: Views
    health: Health
    clock_off: Callable[[], timedelta]
    streams: Callable[[], int]

    async def look(self) -> Seen:
        return Seen(
            position=self.log.head,
            extent=await extent(self.pool),
            waiting=self.log.waiting,
            is_forked=self.log.is_forked,
            clock_off=self.clock_off(),
            streams=self.streams(),
            checks=(await self.health.readiness()).checks,
            reached=await self.views.reached(),
            alarms=await self.views.alarms(),
            bus=await self._bus(),
            standing=standing(standing_file(self.settings)),
            machine=await asyncio.to_thread(lambda: [each for check in MACHINE for each in check(self.settings)]),
        )

    async def _bus(self) -> int | None:
        try:
            async with asyncio.timeout(PATIENCE):
                end = await self.bus.end(LOG) if self.bus.connected else None
        except (BusAway, TimeoutError):
            return None
        return None if end is None else end.last


MACHINE = (machine.python, machine.packages, machine.disk)
"""The doctor's checks that need no more than this process has; as one that has given up being root, it cannot tell how
the others run."""


def standing(noted: Path) -> list[Stands]:
    """None where no supervisor looks after us, or he writes just now."""
    try:
        return [Stands(each["name"], each["ready"], each["falls"]) for each in json.loads(noted.read_text())]
    except (OSError, ValueError, KeyError):
        return []
