"""Aggregates and events: what stands between the eventsourcing library and the domain."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, ClassVar, Self
from uuid import UUID

from eventsourcing.domain import BaseAggregate, CanInitAggregate, CanMutateAggregate, DomainEvent

from domain import ids
from domain.provenance import UNSTAMPED, Provenance

UNRECORDED = datetime(1, 1, 1, tzinfo=UTC)
"""The time of an event that the log has not taken yet: only `ledger.append` says when something happened."""


class Author(IntEnum):
    """The kinds of process that may write an event; each signs with a key of its own. Numbers are for ever."""

    API = 1
    WORKER = 2
    SYSTEM = 3


class Severity(IntEnum):
    """How loud an event is; the numbers are OCSF's severity_id."""

    INFORMATIONAL = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5


class Ocsf(IntEnum):
    """The OCSF 1.8 classes that our events fall into."""

    ACCOUNT_CHANGE = 3001
    AUTHENTICATION = 3002
    AUTHORIZE_SESSION = 3003
    ENTITY_MANAGEMENT = 3004
    USER_ACCESS = 3005
    APPLICATION_LIFECYCLE = 6002
    API_ACTIVITY = 6003
    DETECTION_FINDING = 2004


@dataclass(frozen=True, slots=True)
class About:
    """An event's entry in the catalogue: how people and SIEM systems read it, and who may write it."""

    title: str
    ocsf: Ocsf
    severity: Severity = Severity.INFORMATIONAL
    authors: tuple[Author, ...] = (Author.API,)
    personal: tuple[str, ...] = ()
    critical: bool = False
    """Whether it takes effect only once a checkpoint that the quorum of witnesses agreed on covers it."""


class Event(CanMutateAggregate[UUID], DomainEvent):
    """A fact about one aggregate. `TOPIC` and the fields' names are for ever."""

    TOPIC: ClassVar[str]
    ABOUT: ClassVar[About]
    provenance: Provenance = field(default=UNSTAMPED, kw_only=True)

    @staticmethod
    def create_timestamp() -> datetime:
        return UNRECORDED

    def stamped(self, provenance: Provenance) -> Self:
        """The same event, said to be of `provenance`."""
        twin = object.__new__(type(self))
        vars(twin).update(vars(self), provenance=provenance)
        return twin


class FirstEvent(CanInitAggregate[UUID], Event):
    """The event that an aggregate begins with."""

    originator_topic: str


class Aggregate(BaseAggregate[UUID]):
    """A consistency boundary. Its state holds only immutable values, so that a shallow copy is a private one."""

    TOPIC: ClassVar[str]
    shredded = False
    """Whether it was forgotten for good: nothing is decided about it any more, though its keys may still be at hand."""

    class Event(Event):  # the library wants a base event nested in every aggregate
        """An event of this aggregate."""

    @staticmethod
    def create_id(*_: Any, **__: Any) -> UUID:
        return ids.new()

    @property
    def key_scope(self) -> UUID | None:
        """Whose data key seals these events: shredding it forgets them alone. None: the key of the day."""
        return None

    def private(self) -> Self:
        """A copy for one decision: its events touch nobody else's."""
        twin = object.__new__(type(self))
        vars(twin).update(vars(self), _pending_events=[])
        return twin
