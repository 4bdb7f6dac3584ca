"""What a process knows of the log's end: exact for every position above a floor, nothing below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from ops.ledger.log import Record

LIMIT = 30_000
"""Streams in a generation. Two are kept; when the younger is full the older is forgotten, and the floor rises."""


class Heads:
    """Learns each tail as it comes. Whoever reads the log after `head` was taken sees at least that much of it."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._callbacks: list[Callable[[UUID, int], None]] = []
        self._start(None)

    def on_moved(self, callback: Callable[[UUID, int], None]) -> None:
        self._callbacks.append(callback)

    def start(self, last: Record | None) -> None:
        """Begin at the log's `last` record, knowing nothing of what is below it."""
        self._start(last)

    def _start(self, last: Record | None) -> None:
        self.last = last
        self.head = self.floor = self._young_from = last.position if last else 0
        self._young: dict[UUID, int] = {}
        self._old: dict[UUID, int] = {}

    def learn(self, streams: Sequence[UUID], versions: Sequence[int], last: Record) -> None:
        """Take in records that end with `last`; those known already change nothing. There must be no gap."""
        new = last.position - self.head
        if new <= 0:
            return
        if new > len(streams):
            raise ValueError(f"positions {self.head + 1} to {last.position - len(streams)} are missing")
        self._keep(list(streams[-new:]), list(versions[-new:]))
        self.head, self.last = last.position, last

    def _keep(self, streams: list[UUID], versions: list[int]) -> None:
        for callback in self._callbacks:
            for stream, version in zip(streams, versions, strict=True):
                callback(stream, version)
        self._young.update(zip(streams, versions, strict=True))
        if len(self._young) >= self._limit:
            self._old, self._young = self._young, {}
            self.floor, self._young_from = self._young_from, self.head + len(streams)

    def moved(self, versions: Mapping[UUID, int], since: int) -> list[UUID]:
        """Which of the streams read at `versions`, at a time when the head was `since`, have moved, or may have."""
        if since >= self.head:
            return []
        if since < self.floor:
            return list(versions)
        young, old = self._young, self._old
        return [s for s, version in versions.items() if (young.get(s) or old.get(s, 0)) > version]
