"""The port to the event log: what it takes, what it gives back. `postgres.py` and `memory.py` implement it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Row:
    """An event, sealed, on its way in: the log gives it position and time."""

    stream: UUID
    version: int
    topic: str
    key_id: int
    author: int
    state: bytes
    mac: bytes


@dataclass(frozen=True, slots=True)
class Record:
    """An event, sealed, as the log holds it."""

    position: int
    stream: UUID
    version: int
    topic: str
    key_id: int
    author: int
    recorded_at: datetime
    state: bytes
    mac: bytes


@dataclass(frozen=True, slots=True)
class Idempotency:
    """Ties a submission to a client's Idempotency-Key; `body_mac` recognises the same request again."""

    actor: UUID
    key_hash: bytes
    body_mac: bytes


class Lane(Enum):
    """Refusals wait in a queue of their own and get at most a tenth of a batch."""

    COMMAND = "command"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Submission:
    """All that one decision wants to record, and all that it rests on.

    `reads` maps each stream that the decision looked at to the version it saw, 0 for absent. `since` is the log's
    head as this process knew it before the first read. `good_until` is the earliest moment at which the decision
    would change by itself.
    """

    rows: Sequence[Row]
    reads: Mapping[UUID, int] = field(default_factory=dict)
    since: int = 0
    good_until: datetime | None = None
    idempotency: Idempotency | None = None
    lane: Lane = Lane.COMMAND


@dataclass(frozen=True, slots=True)
class Appended:
    """Where the first row stands, and since when. The others follow without a gap."""

    position: int
    recorded_at: datetime


class EventLog(Protocol):
    """One append at a time, in commit order, without gaps; guards are exact (design D3, D5)."""

    @property
    def head(self) -> int:
        """The last position this process knows; whatever is read afterwards is at least as new."""

    def now(self) -> datetime:
        """This process's estimate of the database's clock."""

    async def append(self, submission: Submission) -> Appended:
        """Record all rows. Raises Moved, Expired, Repeated(Otherwise), QueueFull, CommitUnknown, Away, Forked."""

    async def stream(self, stream: UUID, after: int = 0) -> list[Record]:
        """The records of `stream` with a version above `after`, oldest first."""

    async def heads(self, streams: Collection[UUID]) -> dict[UUID, int]:
        """The version each stream stands at now, asked of the log itself; 0 for absent."""

    async def read(self, after: int, limit: int) -> list[Record]:
        """The records that follow position `after`, without a gap."""

    async def settle(self, key: Idempotency) -> None:
        """Raise Repeated or RepeatedOtherwise when `key` has led to something before: ask before deciding again."""

    def on_moved(self, callback: Callable[[UUID, int], None]) -> None:
        """Have `callback` told of every (stream, version) this process learns of: caches live on it."""
