"""A log in a database with its tree: written, signed, tiled, and somebody who may do anything to it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection

from domain.base import Author
from domain.logs import FORMAT, Log
from ops import database
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring
from ops.crypto.providers.file import FileRoot
from ops.ledger.founding import COLUMNS, EVENTS
from ops.ledger.log import Row
from ops.ledger.mapper import Mapper
from ops.ledger.topics import Topics
from ops.ledger.verify import Case
from ops.proof.levels import Level, Progress, Verified, verify_log
from ops.proof.notes import Note
from ops.proof.policy import Policy
from ops.proof.trust import Trust
from tests.ops.ledger.sample import LOG_ID, THEN, TODAY, Keys, Sample
from tests.support.sealed import seal, verifier
from tests.support.servers import Database

TOPICS = Topics([Log, Sample])
SECRET_ROOT = FileRoot(bytes(range(2, 34)))


@dataclass
class SealedLog:
    """Records from several streams under several keys, and the tree over them."""

    database: Database
    keys: Keys
    hand: Connection[Any]
    _held: list[tuple[int, Row]] = field(default_factory=list)

    def verify(
        self, *levels: Level, policy: Policy | None = None, seen: dict[str, Note] | None = None,
        progress: Progress = lambda what, done, of: None,
    ) -> Verified:  # fmt: skip
        case = Case(self.database.migrate, LOG_ID, TOPICS, AuthorKeys(None, self.keys.authors), self.keys.event_root)
        trust = Trust([verifier(LOG_ID)], policy, seen or {})
        roots = {Tier.EVENT: self.keys.event_root, Tier.SECRET: SECRET_ROOT}
        return verify_log(case, trust, levels or tuple(Level), progress, roots, processes=0)

    def do(self, statement: str, *arguments: object) -> None:
        self.hand.execute(statement, arguments or None)

    def fill(self, records: int, streams: int = 5, of: int = 0) -> None:
        """So many records, the first of which opens the log; up to `of` are held back for `extend`."""
        self._held = list(enumerate(asyncio.run(self._sealed(max(records, of), streams)), 1))
        self.extend(records)

    def extend(self, records: int) -> None:
        """The next ones of those that were held back."""
        given, self._held = self._held[:records], self._held[records:]
        with self.hand.cursor().copy(EVENTS.encode()) as copy:
            copy.set_types(COLUMNS)
            for position, row in given:
                copy.write_row(_columns(position, row, THEN + timedelta(microseconds=position)))

    def seal(self, up_to: int | None = None) -> Note:
        return seal(self.hand, LOG_ID, up_to)

    async def _sealed(self, records: int, streams: int) -> list[Row]:
        async with database.pool(self.database.append) as pool:
            ring = Keyring(Tier.EVENT, self.keys.event_root, LOG_ID, PostgresKeyStore(pool, Tier.EVENT))
            mapper = Mapper(LOG_ID, ring, AuthorKeys(Author.API, self.keys.authors), TOPICS)
            system = Mapper(LOG_ID, ring, AuthorKeys(Author.SYSTEM, self.keys.authors), TOPICS)
            secret = Keyring(Tier.SECRET, SECRET_ROOT, LOG_ID, PostgresKeyStore(pool, Tier.SECRET))
            await secret.data_key("day:2026-07-01")
            log: Any = Log(LOG_ID, FORMAT, "0", b"e" * 32, b"s" * 32).pending_events[0]
            events = _events(records - 1, streams)
            return [
                await system.seal(log, None, TODAY),
                *[await mapper.seal(event, event.originator_id, TODAY) for event in events],
            ]


def _events(count: int, streams: int) -> Sequence[Any]:
    samples = [Sample(f"sample {number}", None) for number in range(streams)]
    for number in range(count - streams):
        samples[number % streams].change(f"change {number}")
    made = sorted((e for sample in samples for e in sample.pending_events), key=lambda e: e.originator_version)
    return made[:count]


def _columns(position: int, row: Row, at: datetime) -> tuple[Any, ...]:
    return position, row.stream, row.version, row.topic, row.key_id, row.author, at, row.state, row.mac
