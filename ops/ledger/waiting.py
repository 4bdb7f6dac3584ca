"""Commands on their way into the log: they wait in two bounded lanes and leave together, in batches that fit."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from uuid import UUID

from ops.ledger.errors import LedgerError, QueueFull
from ops.ledger.log import Appended, Lane, Submission
from ops.ledger.submissions import MOST_ROWS, needs_of

MOST_COMMANDS = 256
BOUNDS: Mapping[Lane, int] = {Lane.COMMAND: 2000, Lane.REFUSAL: 500}


@dataclass(slots=True, eq=False)
class Waiting:
    """A submission and whoever waits for its answer."""

    submission: Submission
    versions: Mapping[UUID, int]
    writes: Mapping[UUID, int]
    answer: asyncio.Future[Appended]
    since: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, submission: Submission) -> Waiting:
        needs = needs_of(submission)
        return cls(submission, needs.versions, needs.writes, asyncio.get_running_loop().create_future())

    @property
    def is_over(self) -> bool:
        """Answered, or nobody waits any more."""
        return self.answer.done()

    def refuse(self, error: LedgerError) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)

    def accept(self, appended: Appended) -> None:
        if not self.answer.done():
            self.answer.set_result(appended)


Judge = Callable[[Waiting], LedgerError | None]


class Batch:
    """Commands of which none reads or writes what an earlier one writes; nor repeats an earlier one's key."""

    def __init__(self) -> None:
        self.commands: list[Waiting] = []
        self.rows = 0
        self._writes: set[UUID] = set()
        self._keys: set[tuple[UUID, bytes]] = set()

    def admit(self, command: Waiting) -> bool:
        """Whether `command` joined; if not, the next batch may have it."""
        rows, key = len(command.submission.rows), command.submission.idempotency
        if self.rows + rows > MOST_ROWS or not self._writes.isdisjoint(command.versions):
            return False
        if key is not None and (key.actor, key.key_hash) in self._keys:
            return False
        self.commands.append(command)
        self.rows += rows
        self._writes.update(command.writes)
        if key is not None:
            self._keys.add((key.actor, key.key_hash))
        return True


class Lanes:
    """Two queues with bounds of their own. Refusals get a tenth of a batch, and never keep a command waiting."""

    def __init__(self) -> None:
        self._lanes: dict[Lane, deque[Waiting]] = {lane: deque() for lane in Lane}
        self._filled = asyncio.Event()

    def __len__(self) -> int:
        return sum(map(len, self._lanes.values()))

    def __iter__(self) -> Iterator[Waiting]:
        return chain.from_iterable(self._lanes.values())

    def offer(self, command: Waiting) -> None:
        lane = self._lanes[command.submission.lane]
        if len(lane) >= BOUNDS[command.submission.lane]:
            raise QueueFull(f"{len(lane)} {command.submission.lane.value}s are waiting")
        lane.append(command)
        self._filled.set()

    def put_back(self, commands: Iterable[Waiting]) -> None:
        """To the front again, in the order they had: nothing of them was written."""
        for command in reversed(list(commands)):
            self._lanes[command.submission.lane].appendleft(command)
            self._filled.set()

    async def filled(self) -> None:
        """Until something waits."""
        while not len(self):
            self._filled.clear()
            await self._filled.wait()

    def take(self, judge: Judge, most: int = MOST_COMMANDS) -> list[Waiting]:
        """The next batch; `judge` names the error of those that need not be tried."""
        batch = Batch()
        self._draw(Lane.COMMAND, batch, most, judge)
        commands = len(batch.commands)
        refusals = max(1, commands // 10) if commands else max(1, most // 10)
        self._draw(Lane.REFUSAL, batch, min(commands + refusals, most), judge)
        return batch.commands

    def _draw(self, lane: Lane, batch: Batch, most: int, judge: Judge) -> None:
        waiting, left = self._lanes[lane], list[Waiting]()
        while waiting and len(batch.commands) < most:
            command = waiting.popleft()
            if command.is_over:
                continue
            if (error := judge(command)) is not None:
                command.refuse(error)
            elif not batch.admit(command):
                left.append(command)
        waiting.extendleft(reversed(left))

    def give_up(self, before: float, error: Callable[[], LedgerError]) -> None:
        """Answer those that have waited since `before`, or earlier."""
        for lane in self._lanes.values():
            for command in lane:
                if command.since <= before:
                    command.refuse(error())
            kept = [command for command in lane if not command.is_over]
            if len(kept) < len(lane):
                lane.clear()
                lane.extend(kept)
