"""Where wrapped data keys are kept: a table a tier in the log's database, or memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol

import psycopg

from ops.database import Pool
from ops.ledger.errors import Away, KeyVersionMoved, ScopeShredded
from ops.ledger.log import Record
from ops.ledger.source import COLUMNS

VERSION_MOVED, SHREDDED = "SR041", "SR043"


class Tier(StrEnum):
    """Event keys seal every event; secret keys seal what no reader of events may know."""

    EVENT = "event"
    SECRET = "secret"


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key under its key-encryption key, as the database holds it."""

    id: int
    scope: str
    kek: int
    wrapped: bytes
    nonce: bytes
    serial: int = 1
    """A scope's keys follow one another: each is used until it has sealed as much as it is good for."""
    uses: int = 0
    """How often it has sealed something, as far as that was counted."""


class KeyStore(Protocol):
    """Keeps the keys of scopes, one after the other. A key lasts before anything is sealed with it; an orphan is
    harmless."""

    async def add(self, key: WrappedKey) -> WrappedKey:
        """Keep `key`, and return what is kept for its scope and serial: this one, or the one that came first.

        KeyVersionMoved when it does not lie under the version that is used, ScopeShredded for what is forgotten.
        """

    async def by_scope(self, scope: str) -> WrappedKey | None:
        """The newest key of `scope`, if there is one yet."""

    async def by_ids(self, ids: Collection[int]) -> list[WrappedKey]:
        """Those of `ids` that exist: a key that was shredded does not."""

    async def count(self, uses: Mapping[int, int]) -> dict[int, int]:
        """Add to how often keys have sealed something, by their ids; the sums."""

    async def shreddings(self, after: int) -> list[Record]:
        """The log's records behind `after` that say which keys were shredded, still sealed."""

    async def version(self) -> int:
        """The version of the root that everybody knows, under which new keys are wrapped."""


@dataclass
class MemoryKeyStore:
    """The twin for tests: a dictionary that can be tampered with."""

    keys: dict[int, WrappedKey] = field(default_factory=dict)
    known: int = 1
    said: list[Record] = field(default_factory=list)
    """The records of shreddings."""

    async def version(self) -> int:
        return self.known

    async def shreddings(self, after: int) -> list[Record]:
        return [record for record in self.said if record.position > after]

    async def add(self, key: WrappedKey) -> WrappedKey:
        there = (each for each in self.keys.values() if (each.scope, each.serial) == (key.scope, key.serial))
        return next(there, None) or self.keys.setdefault(key.id, key)

    async def by_scope(self, scope: str) -> WrappedKey | None:
        return max((key for key in self.keys.values() if key.scope == scope), key=lambda key: key.serial, default=None)

    async def count(self, uses: Mapping[int, int]) -> dict[int, int]:
        for key_id, count in uses.items():
            if (key := self.keys.get(key_id)) is not None:
                self.keys[key_id] = replace(key, uses=key.uses + count)
        return {key_id: self.keys[key_id].uses for key_id in uses if key_id in self.keys}

    async def by_ids(self, ids: Collection[int]) -> list[WrappedKey]:
        return [self.keys[id_] for id_ in ids if id_ in self.keys]


_COLUMNS = "id, scope, kek, wrapped, nonce, serial, uses"
_BY_SCOPE = {
    tier: f"select {_COLUMNS} from ledger.{tier}_keys where scope = %s order by serial desc limit 1" for tier in Tier
}
BY_IDS = {tier: f"select {_COLUMNS} from ledger.{tier}_keys where id = any(%s)" for tier in Tier}
_VERSION = "select version from ledger.key_versions where tier = %s"
SHREDDINGS = f"select {COLUMNS} from ledger.events where topic = 'shredding.begun' and position > %s order by position"
_ADD = f"select {_COLUMNS} from ledger.add_key(%s, %s, %s, %s, %s, %s, %s)"
_COUNT = "select key_id, uses from ledger.count_uses(%s, %s::bigint[], %s::bigint[])"


class PostgresKeyStore:
    """A table a tier. Roles that append may add keys, none may change or delete one; raises Away."""

    def __init__(self, pool: Pool, tier: Tier) -> None:
        self._pool = pool
        self._tier = tier

    async def add(self, key: WrappedKey) -> WrappedKey:
        found = await self._ask(_ADD, (self._tier, key.id, key.scope, key.kek, key.wrapped, key.nonce, key.serial))
        return found[0]

    async def by_scope(self, scope: str) -> WrappedKey | None:
        return next(iter(await self._ask(_BY_SCOPE[self._tier], (scope,))), None)

    async def by_ids(self, ids: Collection[int]) -> list[WrappedKey]:
        return await self._ask(BY_IDS[self._tier], (list(ids),))

    async def count(self, uses: Mapping[int, int]) -> dict[int, int]:
        return dict(await self._rows(_COUNT, (self._tier, list(uses), list(uses.values()))))

    async def version(self) -> int:
        ((version,),) = await self._rows(_VERSION, (self._tier,))
        return int(version)

    async def shreddings(self, after: int) -> list[Record]:
        return [Record(*row) for row in await self._rows(SHREDDINGS, (after,))]

    async def _ask(self, query: str, arguments: tuple[object, ...]) -> list[WrappedKey]:
        return [WrappedKey(*row) for row in await self._rows(query, arguments)]

    async def _rows(self, query: str, arguments: tuple[object, ...]) -> list[tuple[Any, ...]]:
        try:
            async with self._pool.connection() as connection:
                cursor = connection.cursor(binary=True)
                await cursor.execute(query, arguments, prepare=True)
                return await cursor.fetchall()
        except psycopg.Error as error:
            raise _trouble(error) from error


def _trouble(error: psycopg.Error) -> Exception:
    if error.sqlstate == VERSION_MOVED:
        return KeyVersionMoved(str(error))
    if error.sqlstate == SHREDDED:
        return ScopeShredded(str(error))
    return Away(type(error).__name__) if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) else error
