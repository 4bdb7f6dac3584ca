"""The refusal desk: every refusal is recorded, and nobody can flood the log with them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from commands.base import Caller, Command
from domain.errors import NotFound, Refused, StrongroomError, TooManyAttempts, Unauthenticated
from domain.provenance import ActorKind
from domain.refusals import Refusal

RECORDED = (Unauthenticated, Refused, NotFound, TooManyAttempts)
KNOWN_PER_SECOND = 20
NOBODY_PER_MINUTE = 5
NOBODY_PER_SECOND = 50
COUNT_EVERY = 60.0


@dataclass(slots=True)
class _Window:
    began: float
    count: int = 0


class Windows:
    """Counts per key in windows of `length` seconds; remembers at most `limit` keys."""

    def __init__(self, length: float, limit: int = 10_000) -> None:
        self._length = length
        self._limit = limit
        self._windows: OrderedDict[object, _Window] = OrderedDict()

    def take(self, key: object, now: float) -> int:
        """How many this one makes in the window of `key`."""
        window = self._windows.get(key)
        if window is None or now - window.began >= self._length:
            window = self._windows[key] = _Window(now)
            self._windows.move_to_end(key)
        window.count += 1
        if len(self._windows) > self._limit:
            self._windows.popitem(last=False)
        return window.count


class RefusalDesk:
    """Known actors: each refusal is recorded, 20 a second and session, then 429.

    Nobody known: the first 5 a minute and source, 50 a second in all; the rest is counted once a minute.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._known = Windows(1.0)
        self._sources = Windows(60.0)
        self._nobody = Windows(1.0)
        self._uncounted = 0

    def admit(self, caller: Caller, refusal: StrongroomError) -> bool:
        """Whether this refusal gets an event of its own; raises TooManyAttempts when a known actor floods."""
        if not isinstance(refusal, RECORDED):
            return False
        if caller.kind is ActorKind.NOBODY:
            return self._admit_nobody(caller.source)
        if self._known.take(caller.session or caller.id, self._clock()) > KNOWN_PER_SECOND:
            self._uncounted += 1
            raise TooManyAttempts(1.0)
        return True

    def _admit_nobody(self, source: str) -> bool:
        now = self._clock()
        alone = self._sources.take(source, now) <= NOBODY_PER_MINUTE
        admitted = alone and self._nobody.take("all", now) <= NOBODY_PER_SECOND
        self._uncounted += not admitted
        return admitted

    def counted(self) -> int:
        """How many have not been recorded since this was last asked."""
        count, self._uncounted = self._uncounted, 0
        return count

    async def run(self, record: Callable[[int], Awaitable[None]]) -> None:
        """Once a minute, record how many refusals went without an event of their own."""
        while True:
            await asyncio.sleep(COUNT_EVERY)
            if count := self.counted():
                await record(count)


def refusal_of(command: Command[object], refusal: StrongroomError) -> Refusal:
    """What the log keeps of a refusal: its kind, the operation and the object's id; never the words of the request."""
    thing = command.object()
    return Refusal(
        kind=type(refusal).__name__,
        command=type(command).__name__,
        operation=command.needs,
        object_id=None if thing is None else thing.id,
    )
