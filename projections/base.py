"""What a projection is: its tables, the events it follows, what it makes of each, and what a bad one does to it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, LiteralString, Protocol

from domain.base import Aggregate, Event
from ops.ledger.errors import LedgerError
from ops.ledger.log import Record
from ops.ledger.topics import events_of


class Poison(StrEnum):
    """What an event that cannot be read or applied does to a projection."""

    HALT = "halt"
    """It stops, and its queries answer 503: what is shown must never be wider than what is granted."""
    MARK = "mark"
    """It shows that there is something unreadable."""
    PARK = "park"
    """It goes on without the event; an alarm names it."""


class Rows(Protocol):
    """Takes what is to be written. Nothing can be read: that would stop the pipe."""

    def add(self, table: str, *values: object) -> None:
        """A row that is never deleted again. All added rows of a batch are written before anything is executed."""

    def execute(self, statement: LiteralString, *params: object) -> None:
        """A statement over plain table names, `%s` for each parameter."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A record, with its event or with why there is none to be had; None when nobody asked for it."""

    record: Record
    event: Event | LedgerError | None


class Projection(ABC):
    """Tables that are a fold of the log. `apply` only writes, and only what the event says: twice the same, always."""

    name: ClassVar[str]
    version: ClassVar[int]
    """Raise it, and the projector builds the tables anew from the log."""
    follows: ClassVar[tuple[type[Aggregate], ...]]
    on_poison: ClassVar[Poison]
    schema: ClassVar[LiteralString]
    indexes: ClassVar[LiteralString] = ""
    """Made after the tables were filled, where there is much to fill."""
    copied: ClassVar[Mapping[str, Sequence[str]]] = {}
    """The tables that rows are added to, with the types of their columns."""

    def __init__(self) -> None:
        self.followed = frozenset(event for aggregate in self.follows for event in events_of(aggregate))
        self.topics = frozenset(event.TOPIC for event in self.followed)

    @abstractmethod
    def apply(self, event: Any, record: Record, rows: Rows) -> None:
        """Write what `event`, one of those followed, changes."""

    def forgotten(self, fact: Fact, rows: Rows) -> None:  # noqa: B027 - most know nothing of what is forgotten
        """Show that there was a record which was shredded by right."""

    def unreadable(self, fact: Fact, rows: Rows) -> None:  # noqa: B027 - only for those that MARK
        """Show that there is a record which cannot be read; for those that MARK."""
