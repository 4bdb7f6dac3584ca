"""The database's clock, as a process can know it: between what was asked and what was answered."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

DRIFT = 100e-6
"""How far two clocks may part in a second, at worst."""


class DatabaseClock:
    """Each answer that carries the database's time narrows the offset; between answers the doubt grows slowly."""

    def __init__(
        self,
        elapsed: Callable[[], float] = time.monotonic,
        own: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._elapsed = elapsed
        self._own = own
        self._at = elapsed()
        self._least = self._most = own().timestamp() - self._at
        self._told: datetime | None = None

    def elapsed(self) -> float:
        return self._elapsed()

    def heard(self, database: datetime, asked: float) -> None:
        """The database said `database` at some moment after `asked`."""
        now, moment = self._elapsed(), database.timestamp()
        grown = (now - self._at) * DRIFT
        least, most = moment - now, moment - asked
        if self._told is None or least > self._most + grown or most < self._least - grown:
            self._least, self._most = least, most  # the first answer, or a clock that was set
        else:
            self._least, self._most = max(least, self._least - grown), min(most, self._most + grown)
        self._at, self._told = now, database

    def now(self) -> datetime:
        """Never before what the database said last."""
        estimate = datetime.fromtimestamp(self._elapsed() + (self._least + self._most) / 2, UTC)
        return estimate if self._told is None else max(estimate, self._told)

    @property
    def error(self) -> timedelta:
        """How wrong `now` may be."""
        return timedelta(seconds=(self._most - self._least) / 2 + (self._elapsed() - self._at) * DRIFT)

    @property
    def off(self) -> timedelta:
        """How far this machine's own clock is from the database's; more than two seconds: not ready."""
        return abs(self.now() - self._own())
