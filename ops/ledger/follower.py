"""Follows the log: by JetStream while that can be believed, else straight from PostgreSQL. Never skips, never repeats.

The reader keeps his mark with what he makes of the records; the follower proves each batch to begin right behind it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from ops.bus import BusAway, Message, StreamEnd
from ops.ledger import framing
from ops.ledger.errors import Away, Forked
from ops.ledger.framing import NotARecord
from ops.ledger.log import Record
from ops.ledger.marks import Mark, Marker
from ops.ledger.source import Source

LIMIT = 512
IDLE = 0.25
AGAIN = 0.5
BACK = 64
LOG = "LOG"


class Feed(Protocol):
    """Messages of a stream, as they come."""

    async def next(self, seconds: float) -> list[Message]: ...

    async def close(self) -> None: ...


class Feeds(Protocol):
    """Where feeds come from; the bus."""

    @property
    def connected(self) -> bool: ...

    async def pull(self, stream: str, first: int) -> Feed: ...

    async def end(self, stream: str) -> StreamEnd | None: ...

    async def message(self, stream: str, sequence: int) -> Message | None: ...


class Refused(Exception):
    """A message of the bus that is not what its place in the stream calls for."""


class Follower:
    """Raises Forked when the log is not the one that the reader's mark was made of, Away when nothing can be read."""

    def __init__(
        self, source: Source, feeds: Feeds | None, key: bytes, marker: Marker,
        refused: Callable[[int, str], None] = lambda position, why: None,
    ) -> None:  # fmt: skip
        self._source = source
        self._feeds = feeds
        self._key = key
        self._marker = marker
        self._refused = refused
        self._feed: Feed | None = None
        self._try_after = 0.0
        self._compared = -1

    @property
    def by_bus(self) -> bool:
        """Whether records come by JetStream now."""
        return self._feed is not None

    async def next(self, mark: Mark, patience: float = IDLE) -> list[Record]:
        """The records right behind `mark`; none when nothing was recorded for `patience` seconds."""
        feed = await self._opened(mark)
        if feed is None:
            return await self._from_log(mark, patience)
        records = await self._from_feed(feed, mark, patience)
        return records or await self._behind(mark)

    def mark(self, record: Record) -> Mark:
        return self._marker.mark(record)

    async def close(self) -> None:
        await self._drop()

    async def check_stream(self) -> None:
        """Forked, when the newest that can be believed of the stream is something that the log does not hold: after
        a restore it may still tell of what the log has lost, under seals that were ours. What somebody else put
        behind it says nothing about the log. While the bus is away there is nothing to be told."""
        told = await self._newest()
        if told is None:
            return
        record = await self._source.at(told.position)
        if record is None or framing.frame(record) != framing.frame(told):
            raise Forked(f"the stream ends at position {told.position} with a record that the log does not hold")

    async def _newest(self) -> Record | None:
        """The last record of the stream whose message proves itself, looked for `BACK` messages down."""
        if self._feeds is None or not self._feeds.connected:
            return None
        try:
            end = await self._feeds.end(LOG)
            for sequence in range(end.last, max(end.last - BACK, 0), -1) if end is not None and end.messages else ():
                if (message := await self._feeds.message(LOG, sequence)) is not None:
                    with suppress(Refused):
                        return self._proved(message)
        except BusAway:
            pass
        return None

    async def _from_log(self, mark: Mark, patience: float) -> list[Record]:
        """From PostgreSQL, woken by the next commit's notice."""
        seen = self._source.commits
        records = await self._read(mark)
        if not records and patience:
            await self._source.woken(seen, patience)
            records = await self._read(mark)
        return records

    async def _behind(self, mark: Mark) -> list[Record]:
        """Nothing that can be believed came by the bus: the log knows whether there is something."""
        try:
            return await self._read(mark)
        except Away:
            return []

    async def _read(self, mark: Mark) -> list[Record]:
        if self._compared != self._source.epoch:
            await self._compare(mark)
        records = await self._source.read(mark.position, LIMIT)
        if self._compared != self._source.epoch:
            return []  # it came over another connection than was compared: ask again
        _check_contiguous(records, mark)
        return records

    async def _compare(self, mark: Mark) -> None:
        await self._source.head()
        epoch = self._source.epoch
        await self._marker.compare(self._source, [mark])
        self._compared = epoch

    async def _opened(self, mark: Mark) -> Feed | None:
        """The feed, opened at the record that the reader knows already, so that it proves itself with that one."""
        now = asyncio.get_running_loop().time()
        if self._feed is None and self._feeds is not None and self._feeds.connected and now >= self._try_after:
            self._try_after = now + AGAIN
            await self.check_stream()
            try:
                self._feed = await self._feeds.pull(LOG, max(mark.position, 1))
            except BusAway:
                return None
        return self._feed

    async def _from_feed(self, feed: Feed, mark: Mark, patience: float) -> list[Record]:
        try:
            messages = await feed.next(patience)
        except BusAway:
            await self._drop()
            return []
        return self._accepted(messages, mark)

    def _accepted(self, messages: list[Message], mark: Mark) -> list[Record]:
        """The messages that continue `mark`, up to the first that is missing or not to be believed."""
        records: list[Record] = []
        for message in messages:
            if message.sequence < mark.position:
                continue
            try:
                record = self._proved(message)
            except Refused as why:
                self._refused(message.sequence, str(why))
                break
            if message.sequence == mark.position:
                self._recognise(record, mark)
            elif message.sequence == mark.position + len(records) + 1:
                records.append(record)
            elif message.sequence > mark.position + len(records) + 1:
                break  # a hole: PostgreSQL fills it
        return records

    def _proved(self, message: Message) -> Record:
        if not framing.sealed(self._key, message.sequence, message.body, message.headers.get(framing.SEAL)):
            raise Refused("the message has no seal of this place in the stream")
        try:
            record = framing.unframe(message.body)
        except NotARecord as error:
            raise Refused("the message is sealed but is no record") from error
        if record.position != message.sequence:
            raise Refused(f"the message holds position {record.position}")
        return record

    def _recognise(self, record: Record, mark: Mark) -> None:
        if not mark.fits(self._marker.digest(record)):
            raise Forked(f"the stream holds another record at position {mark.position} than was followed before")

    async def _drop(self) -> None:
        feed, self._feed = self._feed, None
        if feed is not None:
            await feed.close()


def _check_contiguous(records: list[Record], mark: Mark) -> None:
    expected = range(mark.position + 1, mark.position + 1 + len(records))
    if any(record.position != position for record, position in zip(records, expected, strict=True)):
        raise Forked(f"the log has a hole behind position {mark.position}")
