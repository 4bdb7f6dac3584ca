"""A log of disclosures with the counts that a worker records in between, written as fast as rows can be, and somebody
who holds all keys and may do anything to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection

from domain import ids
from domain.base import Author, Event
from domain.counts import EVERY, Count
from domain.disclosures import Disclosure, Purpose, Which
from domain.heartbeats import HOUR, Heartbeat, hour_of
from domain.logs import FORMAT, Log
from domain.provenance import SYSTEM_ID, ActorKind, Channel, Provenance
from domain.registry import AGGREGATES
from ops import database
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring
from ops.ledger.findings import Fault, Run
from ops.ledger.founding import COLUMNS, EVENTS
from ops.ledger.log import Record, Row
from ops.ledger.mapper import Mapper
from ops.ledger.topics import Topics
from ops.ledger.verify import Case, verify
from tests.ops.ledger.sample import LOG_ID, THEN, TODAY, Keys
from tests.support.servers import Database
from workers.counting import noted

WORKER = Provenance(ActorKind.WORKER, SYSTEM_ID, SYSTEM_ID, Channel.WORKER)
PEOPLE = [ids.new() for _ in range(3)]
ACCOUNTS = [ids.new() for _ in range(7)]
SESSIONS = [ids.new() for _ in range(40)]
TOPICS = Topics(AGGREGATES)


def at(hour: int) -> datetime:
    """The hours of the log, from 0."""
    return hour_of(THEN) + HOUR * hour


@dataclass(frozen=True)
class Said:
    """An event, who writes it, and under whose key."""

    event: Event
    author: Author = Author.API
    scope: UUID | None = None


def disclosed(number: int, person: UUID | None = None, scope: UUID | None = None) -> Said:
    """That a person was shown a password: the number says which person and which."""
    made: Any = Disclosure(ACCOUNTS[number % 7], Purpose.VIEW, 1, Which.CURRENT).pending_events[0]
    who = person or PEOPLE[number % 3]
    return Said(made.stamped(Provenance(ActorKind.USER, who, who, Channel.API, SESSIONS[number % 40])), scope=scope)


def an_hour(number: int, before: int | None = None, run: UUID = SYSTEM_ID) -> Said:
    """That a worker's run noted an hour, and which it knew to be noted before it."""
    made: Any = Heartbeat(at(number), None if before is None else at(before)).pending_events[0]
    return Said(made.stamped(replace(WORKER, actor_id=run)), Author.WORKER)


def genesis() -> Said:
    made: Any = Log(LOG_ID, FORMAT, "0", b"e" * 32, b"s" * 32).pending_events[0]
    return Said(made, Author.SYSTEM)


def as_count(events: list[Said], up_to: int, **otherwise: Any) -> Said:
    """What a worker records of the range of these events that ends at `up_to`; said otherwise, what a forger does."""
    said = [each.event for each in events[up_to - EVERY : up_to]]
    count = noted([_record(place, each) for place, each in enumerate(said, up_to - EVERY + 1)], said)
    told: dict[str, Any] = {each.name: getattr(count, each.name) for each in fields(count)}
    made: Any = Count(**({"first": up_to - EVERY + 1} | told | otherwise)).pending_events[0]
    return Said(made.stamped(WORKER), Author.WORKER)


def history(size: int, skipped: Callable[[int], bool] = lambda last: False) -> list[Said]:
    """A log of that many records, each range counted as soon as it is full unless it is skipped."""
    events = [genesis()]
    while len(events) < size:
        full = len(events) % EVERY == 0 and not skipped(len(events))
        events.append(as_count(events, len(events)) if full else disclosed(len(events)))
    return events


def _record(position: int, event: Event) -> Record:
    return Record(position, event.originator_id, event.originator_version, event.TOPIC, 0, 0, THEN, b"", b"")


@dataclass
class CountedLog:
    """The database that it is in, and its keys."""

    database: Database
    keys: Keys
    hand: Connection[Any]
    rows: list[Row] = field(default_factory=list)

    def write(self, events: list[Said]) -> None:
        """As the whole log."""
        self.rows = asyncio.run(self._sealed(events))
        self.hand.execute("truncate ledger.events")
        with self.hand.cursor().copy(EVENTS.encode()) as copy:
            copy.set_types(COLUMNS)
            for position, r in enumerate(self.rows, 1):
                moment = THEN + timedelta(microseconds=position)
                copy.write_row((position, r.stream, r.version, r.topic, r.key_id, r.author, moment, r.state, r.mac))

    def verify(self, shredded: Mapping[int, int] | None = None, processes: int = 0) -> Run:
        authors = AuthorKeys(None, self.keys.authors)
        gone = shredded or {}
        case = Case(self.database.migrate, LOG_ID, TOPICS, authors, self.keys.event_root, shredded=gone)
        return verify(case, processes=processes)

    def found(self, shredded: Mapping[int, int] | None = None, processes: int = 0) -> list[tuple[Fault, int]]:
        return [(each.fault, each.position) for each in self.verify(shredded, processes).findings]

    async def _sealed(self, events: list[Said]) -> list[Row]:
        async with database.pool(self.database.append) as pool:
            ring = Keyring(Tier.EVENT, self.keys.event_root, LOG_ID, PostgresKeyStore(pool, Tier.EVENT))
            mappers = {each: Mapper(LOG_ID, ring, AuthorKeys(each, self.keys.authors), TOPICS) for each in Author}
            return [await mappers[each.author].seal(each.event, each.scope, TODAY) for each in events]
