"""Aggregates by id, folded from the log and kept in memory for as long as the log says nothing moved."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

from domain.base import Aggregate, Event
from ops.ledger.log import EventLog, Record

A = TypeVar("A", bound=Aggregate)


class Opener(Protocol):
    """Opens sealed records; the mapper."""

    async def open_many(self, records: Sequence[Record]) -> list[Event]:
        """The events, in the records' order."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A stream as it stood at `version`; 0 and None: it does not exist, which is worth remembering too."""

    aggregate: Aggregate | None
    version: int
    critical: int = 0
    """Where the last of its events stands that takes effect only once it is proved."""


NOTHING = Seen(None, 0)


class Repository:
    """A cache that may be old but never knows it: staleness costs a retry, because every read guards the append.

    What has moved is not folded from its beginning again: only what came since is read, and put upon what was known.
    """

    def __init__(self, log: EventLog, opener: Opener, limit: int = 50_000) -> None:
        self._log = log
        self._opener = opener
        self._limit = limit
        self._seen: OrderedDict[UUID, Seen] = OrderedDict()
        self._old: set[UUID] = set()
        """Those of `_seen` that have moved since."""
        self._loading: dict[UUID, object] = {}
        log.on_moved(self._moved)

    async def load(self, stream: UUID) -> Seen:
        """The stream as this process knows it. The aggregate is shared: take a private copy to change it."""
        if (seen := self._seen.get(stream)) is not None and stream not in self._old:
            self._seen.move_to_end(stream)
            return seen
        return await self._read(stream)

    def forget(self, streams: Collection[UUID]) -> None:
        """Read these again when they are next asked for."""
        for stream in streams:
            self._moved(stream)

    async def _read(self, stream: UUID) -> Seen:
        ticket = self._loading[stream] = object()
        try:
            seen = await self._fold(stream)
        finally:
            current = self._loading.get(stream) is ticket
            if current:
                del self._loading[stream]
        if current:  # had the stream moved meanwhile, its ticket would be gone: what came may be old, do not keep it
            self._keep(stream, seen)
        return seen

    async def _fold(self, stream: UUID) -> Seen:
        known = self._seen.get(stream, NOTHING)
        records = await self._log.stream(stream, known.version)
        events = await self._opener.open_many(records)
        aggregate = None if known.aggregate is None or not events else known.aggregate.private()
        for event in events:
            aggregate = event.mutate(aggregate)
        critical = [record.position for record, event in zip(records, events, strict=True) if event.ABOUT.critical]
        return Seen(aggregate, known.version + len(events), max(critical, default=known.critical)) if events else known

    def _keep(self, stream: UUID, seen: Seen) -> None:
        self._old.discard(stream)
        self._seen[stream] = seen
        self._seen.move_to_end(stream)
        if len(self._seen) > self._limit:
            forgotten, _ = self._seen.popitem(last=False)
            self._old.discard(forgotten)

    def _moved(self, stream: UUID, _version: int = 0) -> None:
        if stream in self._seen:
            self._old.add(stream)
        self._loading.pop(stream, None)
