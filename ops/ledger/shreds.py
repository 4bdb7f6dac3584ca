"""What the log itself says was forgotten for good: which keys are gone by right, and what must stay gone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg import Connection

from domain.base import Event
from domain.registry import AGGREGATES
from domain.shreddings import Shredding
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.forgotten import remembered
from ops.crypto.key_store import BY_IDS, SHREDDINGS, MemoryKeyStore, Tier, WrappedKey
from ops.crypto.keyring import Keyring, scope_alone
from ops.crypto.providers.base import Root
from ops.ledger.errors import LedgerError
from ops.ledger.log import Record
from ops.ledger.mapper import Mapper
from ops.ledger.topics import Topics

Database = Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Shred:
    """One thing that was forgotten, and where the log says so."""

    position: int
    scope: str
    event_keys: tuple[int, ...]
    secret_keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who may open a few records of a log, and whose signatures he believes."""

    log_id: UUID
    root: Root
    authors: AuthorKeys

    def opened(self, ledger: Database, records: Sequence[Record]) -> list[Event | LedgerError]:
        """What they say, or why it cannot be had."""
        stored = ledger.cursor(binary=True).execute(BY_IDS[Tier.EVENT].encode(), ([each.key_id for each in records],))
        keys = MemoryKeyStore({key.id: key for key in (WrappedKey(*row) for row in stored)})
        ring = Keyring(Tier.EVENT, self.root, self.log_id, keys)
        return asyncio.run(Mapper(self.log_id, ring, self.authors, Topics(AGGREGATES)).open_each(records))


def shreds(ledger: Database, reader: Reader) -> list[Shred]:
    """All of them; a record that does not open, or that nobody signed, makes none."""
    records = [Record(*row) for row in ledger.cursor(binary=True).execute(SHREDDINGS.encode(), (0,))]
    if not records:
        return []
    said = zip(records, reader.opened(ledger, records), strict=True)
    return [
        Shred(record.position, scope_alone(event.subject_id), event.event_keys, event.secret_keys)
        for record, event in said
        if isinstance(event, Shredding.Begun)
    ]


def replay(ledger: Database, reader: Reader, keys: Path) -> int:
    """Delete again what was forgotten, before anything is served: an older copy of the key tables may have brought it
    back, or one of the whole database, which does not know it any more. How many keys that were."""
    said = {each.scope for each in shreds(ledger, reader)} | {scope_alone(gone.subject) for gone in remembered(keys)}
    return sum(shred(ledger, scope) for scope in sorted(said))


def shred(ledger: Database, scope: str) -> int:
    """Delete the data keys of a scope, for ever; how many there were."""
    ((count,),) = ledger.execute("select ledger.shred(%s)", (scope,)).fetchall()
    return int(count)
