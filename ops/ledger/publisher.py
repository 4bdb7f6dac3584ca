"""The publisher: puts every record of the log into the stream LOG, sealed, each at the sequence that is its position.

The stream is a copy that can be made again: where it ends is the publisher's whole memory. What does not fit the log
is an alarm, never something to repair (design D4, redteam W3).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from ops.bus import LOG, BusAway, Message, Outgoing, OutOfStep, StreamEnd
from ops.ledger import framing
from ops.ledger.errors import Away, Forked
from ops.ledger.log import Record
from ops.ledger.marks import START, Mark, Marker
from ops.ledger.source import Source
from ops.ledger.turn import Turn

IN_FLIGHT = 64
KEPT = 10_000
IDLE = 0.25
AGAIN = 0.25
LOOK = 1.0
NOWHERE = (-1, -1)
PLAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


class LogStream(Protocol):
    """What the publisher needs of the bus."""

    @property
    def epoch(self) -> int: ...

    @property
    def connected(self) -> bool: ...

    async def end(self, stream: str) -> StreamEnd | None: ...

    async def create(self, stream: str, first: int) -> None: ...

    async def spread(self, stream: str) -> None: ...

    async def delete(self, stream: str) -> None: ...

    async def message(self, stream: str, sequence: int) -> Message | None: ...

    async def publish(self, messages: Sequence[Outgoing]) -> None: ...


class Publisher:
    """One at a time by a lock of the database's; that there were two would be harmless, the stream refuses repeats."""

    def __init__(self, source: Source, stream: LogStream, turn: Turn, key: bytes, marker: Marker) -> None:
        self._source = source
        self._turn = turn
        self._stream = stream
        self._key = key
        self._marker = marker
        self._end = START
        self._known = NOWHERE
        self._looked = 0.0

    @property
    def position(self) -> int:
        """How far the stream reaches, as far as is known."""
        return self._end.position

    async def run(self, forked: Callable[[Forked], Awaitable[None]]) -> None:
        """Publish until cancelled; `forked` is told when stream and log are not one history, again and again."""
        while True:
            try:
                if await self._turn.mine():
                    await self.step()
                    continue
            except Forked as alarm:
                await forked(alarm)
                await asyncio.sleep(LOOK)
            except (BusAway, Away, OutOfStep):
                pass
            self.forget()
            await asyncio.sleep(AGAIN)

    def forget(self) -> None:
        """Ask the stream again where it ends."""
        self._known = NOWHERE

    async def step(self) -> int:
        """Publish what there is, or wait a moment for something; how many records it was."""
        seen = self._source.commits
        await self._compare()
        records = await self._source.read(self._end.position, IN_FLIGHT)
        if records:
            await self._publish(records)
        else:
            await self._source.woken(seen, IDLE)
        return len(records)

    async def _publish(self, records: Sequence[Record]) -> None:
        """All in flight at once, each behind the one before it: the stream takes all of them, or a first part."""
        await self._stream.publish([self._sealed(record) for record in records])
        self._end = self._marker.mark(records[-1])

    def _sealed(self, record: Record) -> Outgoing:
        body = framing.frame(record)
        seal = framing.seal(self._key, record.position, body)
        return Outgoing(_subject(record.topic), body, record.position - 1, {framing.SEAL: seal})

    async def _compare(self) -> None:
        """At every connect, and every second: that the stream ends as the log goes, and where."""
        now = asyncio.get_running_loop().time()
        if self._known != (self._source.epoch, self._stream.epoch) or not self._stream.connected:
            self._end = await self._found()
        elif now - self._looked < LOOK:
            return
        await self._marker.compare(self._source, [self._end])
        self._known = (self._source.epoch, self._stream.epoch)
        self._looked = now

    async def _found(self) -> Mark:
        """Where the stream ends, if it is a beginning of the log; made anew if it is lost or has nothing left."""
        end = await self._stream.end(LOG)
        head = await self._source.head()  # after the stream's end, which another publisher may be moving
        if end is None:
            return await self._create(head)
        if end.last > head:
            raise Forked(f"the stream reaches position {end.last}, the log ends at {head}")
        await self._stream.spread(LOG)
        if end.messages == 0:
            return await self._refill(end.last, head)
        return await self._same(end)

    async def _refill(self, last: int, head: int) -> Mark:
        """An empty stream goes on where it is, unless that is further back than it is worth."""
        if head - last > KEPT:
            await self._stream.delete(LOG)
            return await self._create(head)
        return await self._at(last)

    async def _create(self, head: int) -> Mark:
        """Older reading is PostgreSQL's."""
        before = max(head - KEPT, 0)
        await self._stream.create(LOG, first=before + 1)
        return await self._at(before)

    async def _at(self, position: int) -> Mark:
        record = await self._source.at(position) if position else None
        return START if record is None else self._marker.mark(record)

    async def _same(self, end: StreamEnd) -> Mark:
        """As many of the stream's last messages as could have been in flight are the log's records, byte for byte:
        the last alone could be ours, behind one that somebody else had put there."""
        checked = min(IN_FLIGHT, end.messages)
        records = await self._source.read(end.last - checked, checked)
        for record in records:
            message = await self._stream.message(LOG, record.position)
            if message is not None and message.body != framing.frame(record):
                raise Forked(f"the stream holds another record at position {record.position} than the log")
        return self._marker.mark(records[-1])


def _subject(topic: str) -> str:
    """A topic that somebody wrote into the database may be anything; its record is passed on all the same."""
    return f"log.{topic if PLAIN.fullmatch(topic) else 'unreadable.topic'}"
