"""The hours that a log notes, each of which names the one before it: whether all are there that were.

An hour that nobody noted is no fault: the vault was off, or its machine slept, or PostgreSQL was away. But one that a
later hour names was there, and was taken away with all that stood around it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.heartbeats import BACK, HOUR

NAMED = 20


@dataclass(frozen=True, slots=True)
class Beat:
    """A noted hour, where it stands, and the run of the worker that noted it."""

    position: int
    hour: datetime
    before: datetime | None
    run: UUID


@dataclass(slots=True)
class Hours:
    """Followed from the beginning of a log: the last ones, and where one worker was silent while it ran on."""

    noted: deque[datetime] = field(default_factory=lambda: deque(maxlen=BACK))
    newest: Beat | None = None
    silent: int = 0
    """Hours between two that the same run noted in which it could not record."""
    spans: list[tuple[datetime, datetime]] = field(default_factory=list)
    """The first of them: the first and the last silent hour of each."""

    def follow(self, beat: Beat) -> str:
        """What is wrong with the hour that is noted next; empty when nothing is."""
        missing = beat.before is not None and beat.before not in self.noted
        if not missing and self.newest is not None and self.newest.run == beat.run:
            self._silent(self.newest.hour + HOUR, beat.hour - HOUR)
        self.noted.append(beat.hour)
        self.newest = beat
        return f"the hour {beat.before:%Y-%m-%dT%H} UTC was noted before this one, and is not there" if missing else ""

    def _silent(self, first: datetime, last: datetime) -> None:
        if first <= last:
            self.silent += (last - first) // HOUR + 1
            self.spans = [*self.spans, (first, last)][:NAMED]
