"""The loop that takes what waits, appends it in one call, and answers everybody exactly."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import psycopg

from ops.ledger import tail
from ops.ledger.call import Answer
from ops.ledger.clock import DatabaseClock
from ops.ledger.connection import Backend, Gone, in_time
from ops.ledger.errors import Away, CommitUnknown, Forked, LedgerError, Moved
from ops.ledger.heads import Heads
from ops.ledger.lineage import Lineage
from ops.ledger.log import Appended, Record
from ops.ledger.session import Lost, Occupied, Session, SetBack, Unwritten
from ops.ledger.waiting import MOST_COMMANDS, Lanes, Waiting
from ops.telemetry import histogram

PATIENCE = 2.5
"""Seconds that a command may wait to be sent; then nothing was done, and its caller is told so."""
UNKNOWN_AFTER = 5.0
"""Seconds after which a caller is told that nobody knows."""
AGAIN_AFTER = (0.0, 0.05, 0.1, 0.25, 0.5)
PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class Unsure:
    """A batch that was sent and never answered, and the backend that may still be about to commit it."""

    batch: Sequence[Waiting]
    backend: Backend
    sent: float

    @property
    def waiting(self) -> list[Waiting]:
        return [command for command in self.batch if not command.is_over]


class Appender:
    """At most one batch is on its way. Nothing is ever sent twice before it is known that it was not committed."""

    def __init__(self, url: str, heads: Heads, clock: DatabaseClock, lineage: Lineage) -> None:
        self._url = url
        self._heads = heads
        self._clock = clock
        self._lineage = lineage
        self._lanes = Lanes()
        self._crowded = False
        self._alone = 0
        self._ended = False
        self._unsure: Unsure | None = None
        self._away: float | None = None
        self.connected = asyncio.Event()
        self._sizes = histogram("strongroom.append.batch", "Commands that were appended together")
        self._durations = histogram("strongroom.append.duration", "Time of one append, its fsync included", "s")

    def __len__(self) -> int:
        return len(self._lanes)

    def offer(self, command: Waiting) -> None:
        """Queue it; refused at once when the server has been away for long, or too much waits."""
        self._lineage.refuse()
        if self._ended or (self._away is not None and time.monotonic() - self._away > PATIENCE):
            raise Away("the log's server cannot be reached")
        self._lanes.offer(command)

    async def drain(self) -> None:
        """Until all that waits is answered, for as long as a command may wait."""
        answers = [command.answer for command in (*self._lanes, *(self._unsure.waiting if self._unsure else ()))]
        if answers:
            await asyncio.wait(answers, timeout=PATIENCE)

    async def run(self) -> None:
        """Until cancelled, or until the log has forked."""
        try:
            while not self._lineage.is_forked:
                session = await self._connected()
                with suppress(Lost, Unwritten, Forked):
                    await self._serve(session)
                await session.close()
                await asyncio.sleep(PAUSE)
        finally:
            self._ended = True
            self._answer_all()

    async def watch(self) -> None:
        """Answer those who have waited long enough."""
        while True:
            await asyncio.sleep(0.1)
            now = time.monotonic()
            self._lanes.give_up(now - PATIENCE, lambda: Away("the log's server did not answer"))
            if self._unsure is not None and now - self._unsure.sent > UNKNOWN_AFTER:
                for command in self._unsure.waiting:
                    command.refuse(CommitUnknown())

    def _answer_all(self) -> None:
        error = Forked if self._lineage.is_forked else Away
        self._lanes.give_up(float("inf"), error)
        for command in self._unsure.waiting if self._unsure else ():
            command.refuse(Forked() if self._lineage.is_forked else CommitUnknown())

    async def _connected(self) -> Session:
        """A session; tried again for as long as it takes."""
        for attempt in range(1 << 62):
            await asyncio.sleep(AGAIN_AFTER[min(attempt, len(AGAIN_AFTER) - 1)])
            with suppress(Lost, Unwritten, *Gone):
                session = await Session.open(self._url)
                self._away = None
                return session
            self._away = self._away or time.monotonic()
        raise AssertionError

    async def _serve(self, session: Session) -> None:
        try:
            await self._introduce(session)
            await self._settle(session)
            while True:
                await self._lanes.filled()
                await self._round(session)
        except SetBack:
            self._lineage.fork()
            self._lineage.refuse()

    async def _introduce(self, session: Session) -> None:
        """The first time, begin at the log's end; later, see that it is the same log."""
        try:
            if self.connected.is_set():
                await in_time(session.connection, self._lineage.check(session.connection))
            else:
                await in_time(session.connection, tail.start_at_the_end(session.connection, self._heads))
        except psycopg.Error as error:
            raise Lost from error
        self.connected.set()

    async def _round(self, session: Session) -> None:
        """One batch."""
        if not (batch := self._lanes.take(self._judge, 1 if self._alone else MOST_COMMANDS)):
            return
        self._alone = max(0, self._alone - 1)
        self._unsure = Unsure(batch, session.backend, time.monotonic())
        try:
            await self._offer(session, batch)
        except SetBack:
            self._lanes.put_back(batch)
            self._unsure = None
            raise

    async def _offer(self, session: Session, batch: Sequence[Waiting]) -> None:
        asked, head = self._clock.elapsed(), self._heads.head
        try:
            answer = await session.append(self._heads, batch, self._crowded)
        except Occupied:
            self._unsure = None
            await self._yield_to_others(session, batch)
        except Unwritten as no:
            self._unsure = None
            await self._again_later(batch, no)
        else:
            self._unsure = None
            self._crowded = answer.base > head
            self._sizes.record(len(batch))
            self._durations.record(self._clock.elapsed() - asked)
            await self._believe(session, batch, answer, asked)

    def _judge(self, command: Waiting) -> LedgerError | None:
        streams = self._heads.moved(command.versions, command.submission.since)
        return Moved(streams) if streams else None

    async def _believe(self, session: Session, batch: Sequence[Waiting], answer: Answer, asked: float) -> None:
        if answer.last is not None and answer.tail_streams:
            self._heads.learn(answer.tail_streams, answer.tail_versions, answer.last)
        if answer.at is not None:
            self._clock.heard(answer.at, asked)
            self._answer(batch, answer)
            return
        self._lanes.put_back(batch)
        if not answer.tail_streams:
            await session.catch_up(self._heads)  # too far behind for a tail: a process that was asleep

    def _answer(self, batch: Sequence[Waiting], answer: Answer) -> None:
        errors = answer.errors(batch)
        self._accept([command for number, command in enumerate(batch, 1) if number not in errors], answer)
        for number, error in errors.items():
            batch[number - 1].refuse(error)

    def _accept(self, taken: Sequence[Waiting], answer: Answer) -> None:
        assert answer.at is not None
        rows = [row for command in taken for row in command.submission.rows]
        if rows:
            r, end = rows[-1], answer.base + len(rows)
            last = Record(end, r.stream, r.version, r.topic, r.key_id, r.author, answer.at, r.state, r.mac)
            self._heads.learn([row.stream for row in rows], [row.version for row in rows], last)
        position = answer.base + 1
        for command in taken:
            command.accept(Appended(position, answer.at))
            position += len(command.submission.rows)

    async def _again_later(self, batch: Sequence[Waiting], no: Unwritten) -> None:
        """Nothing was written. What does not pass by itself is somebody's fault: find whose, one by one."""
        if no.final or (not no.passes and len(batch) == 1):
            for command in batch:
                command.refuse(no.meaning)
            return
        self._alone = self._alone if no.passes else len(batch)
        self._lanes.put_back(batch)
        await asyncio.sleep(PAUSE)

    async def _yield_to_others(self, session: Session, batch: Sequence[Waiting]) -> None:
        """Somebody assumed a stream to be new, or newer than it is, without having read it."""
        self._lanes.put_back(batch)
        written: set[UUID] = {stream for command in batch for stream in command.writes}
        standing = await session.standing(written)
        for command in batch:
            if moved := [s for s in command.writes if standing.get(s, 0) != command.versions[s]]:
                command.refuse(Moved(moved))

    async def _settle(self, session: Session) -> None:
        """Decide what became of the batch that was on its way when the last session was lost (redteam W2)."""
        await session.catch_up(self._heads)
        while self._unsure is not None and self._unsure.waiting:
            with suppress(Unwritten):
                if await session.end(self._unsure.backend):
                    await session.barrier()
                    await self._decide(session, self._unsure.waiting)
                    break
            await asyncio.sleep(PAUSE)
        self._unsure = None
        await session.catch_up(self._heads)

    async def _decide(self, session: Session, waiting: Sequence[Waiting]) -> None:
        """Equal bytes are there: committed. Absent: not, and offered again. A state is never sealed twice alike."""
        firsts = [command.submission.rows[0] for command in waiting]
        there = {(s, v): rest for s, v, *rest in await session.found([(row.stream, row.version) for row in firsts])}
        absent = []
        for command, first in zip(waiting, firsts, strict=True):
            state, position, at = there.get((first.stream, first.version), (None, 0, None))
            if state == first.state and at is not None:
                command.accept(Appended(position, at))
            else:
                absent.append(command)
        self._lanes.put_back(absent)
