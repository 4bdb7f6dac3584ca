"""The stream AUDIT on our own NATS: each event as a CloudEvent, at the sequence that is its position in the log.

Where the stream ends is asked at each connection. What NATS lost comes again, and at its own place: each message has to
come right behind the one before it, so two who tell at once, or one who tells twice, are refused by the stream itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Self

from domain.destinations import Destination
from ops.bus import AUDIT, Bus, BusAway, Outgoing, OutOfStep, StreamEnd
from ops.siem import cloudevents
from ops.siem.entry import Entry
from workers.forwarding.base import Line, NotTaken

KEPT = 100_000
"""How many events a stream that was lost begins with again; older ones are in the feed."""
ID, LEAF, TYPE = "Nats-Msg-Id", "Strongroom-Leaf", "content-type"
STRUCTURED = "application/cloudevents+json; charset=utf-8"
TOPIC = re.compile(r"[a-z0-9-]+\.[a-z0-9-]+")

Read = Callable[[int, int], Awaitable[list[Entry]]]


class Stream(Line):
    """One connection's; `last` is where the stream ends."""

    def __init__(self, bus: Bus, last: int) -> None:
        self._bus = bus
        self._epoch = bus.epoch
        self._last = last

    @classmethod
    async def open(cls, bus: Bus, destination: Destination, position: int, read: Read) -> Self:
        """On the stream as it is, made anew where it is lost or was another destination's. Raises NotTaken."""
        try:
            return cls(bus, await _end(bus, destination, position, read))
        except BusAway as away:
            raise NotTaken("NATS does not answer") from away

    def behind(self, position: int) -> int:
        return self._last

    async def send(self, entries: Sequence[Entry]) -> None:
        try:
            await self._bus.publish([_message(entry) for entry in entries])
        except BusAway as away:
            raise NotTaken("NATS does not take it") from away
        except OutOfStep as moved:
            raise NotTaken("the stream does not end where it did") from moved
        self._last = entries[-1].position

    async def taken(self) -> int | None:
        """Another connection may be to a server that lost the end of the stream, or all of it."""
        if not self._bus.connected or self._bus.epoch != self._epoch:
            raise NotTaken("the connection to NATS was lost")
        return self._last

    async def close(self) -> int | None:
        return self._last


async def _end(bus: Bus, destination: Destination, position: int, read: Read) -> int:
    end = await bus.end(AUDIT)
    if end is not None and end.label != str(destination.id):
        await bus.delete(AUDIT)
        end = None
    if end is None:
        begins = max(destination.after, position - KEPT)
        await bus.create(AUDIT, begins + 1, str(destination.id))
        return begins
    await bus.spread(AUDIT)
    await _compare(bus, end, read)
    return end.last


async def _compare(bus: Bus, end: StreamEnd, read: Read) -> None:
    """Whether the stream ends with what the trail has at that place: a log that was set back has something else."""
    if (message := await bus.message(AUDIT, end.last)) is None:
        return
    entries = await read(end.last - 1, 1)
    if not entries:
        raise NotTaken(f"the trail does not reach position {end.last}, where the stream ends")
    if message.headers.get(LEAF) != entries[0].entry_hash:
        raise NotTaken(f"the stream holds another event at position {end.last} than the trail")


def _message(entry: Entry) -> Outgoing:
    body = json.dumps(cloudevents.document(entry), ensure_ascii=False, default=str).encode()
    return Outgoing(
        subject_of(entry), body, entry.position - 1, {ID: entry.id, LEAF: entry.entry_hash, TYPE: STRUCTURED}
    )


def subject_of(entry: Entry) -> str:
    """audit.CLASS.KIND.EVENT; a topic that somebody wrote into the database may be anything."""
    return f"{AUDIT.lower()}.{entry.ocsf}.{entry.topic if TOPIC.fullmatch(entry.topic) else 'unreadable.topic'}"
