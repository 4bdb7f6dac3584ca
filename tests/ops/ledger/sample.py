"""A small aggregate with every kind of field, and a log's keys in memory: what the tests of the bytes work on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from domain.access import Grant, Level, Subject, SubjectKind
from domain.base import About, Aggregate, Author, Event, FirstEvent, Ocsf
from domain.provenance import ActorKind, Channel, Provenance
from domain.secrets import SealedSecret
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import MemoryKeyStore, Tier
from ops.crypto.keyring import Keyring
from ops.crypto.providers.file import FileRoot
from ops.crypto.sealer import Sealer
from ops.ledger.log import Record, Row
from ops.ledger.mapper import Mapper
from ops.ledger.topics import Topics

LOG_ID = UUID("11111111-2222-4333-8444-555555555555")
TODAY = date(2026, 7, 1)
THEN = datetime(2026, 7, 1, 12, 30, 15, 123456, UTC)
WHO = Provenance(ActorKind.USER, UUID(int=7), UUID(int=8), Channel.API, UUID(int=9), 3, "a reason", "CHG-1")
ABOUT = About("Sample", Ocsf.ENTITY_MANAGEMENT)
GRANT = Grant(Subject(SubjectKind.USER, UUID(int=5)), Level.MODIFY, THEN)


class Sample(Aggregate):
    """Something to seal."""

    TOPIC = "sample"

    def __init__(self, name: str, secret: SealedSecret | None) -> None:
        self.name = name
        self.secret = secret
        self.grants: tuple[Grant, ...] = ()

    def change(self, name: str) -> None:
        self.trigger_event(self.Changed, name=name, level=Level.VIEW)

    def share(self, *grants: Grant) -> None:
        self.trigger_event(self.Shared, grants=grants, roles=frozenset({"b", "a"}), until=THEN)

    class Made(FirstEvent):
        TOPIC = "sample.made"
        ABOUT = ABOUT
        name: str
        secret: SealedSecret | None

    class Changed(Event):
        """Schema 1 said `title`, schema 2 had no level."""

        TOPIC = "sample.changed"
        ABOUT = ABOUT
        class_version = 3
        name: str
        level: Level

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["name"] = state.pop("title")

        @staticmethod
        def upcast_v2_v3(state: dict[str, Any]) -> None:
            state["level"] = Level.VIEW.value

        def apply(self, aggregate: Sample) -> None:
            aggregate.name = self.name

    class Shared(Event):
        TOPIC = "sample.shared"
        ABOUT = ABOUT
        grants: tuple[Grant, ...]
        roles: frozenset[str]
        until: datetime

        def apply(self, aggregate: Sample) -> None:
            aggregate.grants = self.grants

    class Worked(Event):
        TOPIC = "sample.worked"
        ABOUT = About("Worked", Ocsf.ENTITY_MANAGEMENT, authors=(Author.WORKER,))


@dataclass
class Keys:
    """One log's keys, and mappers for whoever reads it."""

    store: MemoryKeyStore
    secrets: MemoryKeyStore
    event_root: FileRoot
    authors: dict[Author, bytes]

    def keyring(self) -> Keyring:
        return Keyring(Tier.EVENT, self.event_root, LOG_ID, self.store)

    def sealer(self) -> Sealer:
        return Sealer(LOG_ID, Keyring(Tier.SECRET, FileRoot(b"s" * 32), LOG_ID, self.secrets))

    def mapper(self, me: Author = Author.API, log_id: UUID = LOG_ID) -> Mapper:
        return Mapper(log_id, self.keyring(), AuthorKeys(me, self.authors), Topics([Sample]))

    def reader(self) -> Mapper:
        """As the projector: event keys, but nobody's author key."""
        return Mapper(LOG_ID, self.keyring(), AuthorKeys.none(), Topics([Sample]))


def fresh_keys() -> Keys:
    authors = {author: bytes([author]) * 32 for author in Author}
    return Keys(MemoryKeyStore(), MemoryKeyStore(), FileRoot(b"e" * 32), authors)


def made(name: str = "a name", secret: SealedSecret | None = None) -> Event:
    return first(Sample(name, secret))


def first(sample: Sample) -> Event:
    return stamped(sample.pending_events[0])


def stamped(event: Any) -> Event:
    vars(event)["provenance"] = WHO
    assert isinstance(event, Event)
    return event


def changed(name: str = "another") -> Event:
    sample = Sample("a name", None)
    sample.change(name)
    return stamped(sample.pending_events[1])


def shared() -> Event:
    sample = Sample("a name", None)
    sample.share(GRANT)
    return stamped(sample.pending_events[1])


def record(row: Row, position: int = 2, recorded_at: datetime = THEN) -> Record:
    """`row` as the log would hold it."""
    return Record(position, row.stream, row.version, row.topic, row.key_id, row.author, recorded_at, row.state, row.mac)
