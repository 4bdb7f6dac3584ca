"""Fills logs with many events in little time: sealed by the real mapper and signed, or rough ones nobody has to open.

Everybody else writes through `ledger.append`; this copies into the table as the superuser, under the log's own lock.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from multiprocessing import get_context
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection, Copy

from domain import ids
from domain.accounts import PASSWORD, Account
from domain.base import UNRECORDED, Author, Event
from domain.disclosures import Disclosure, Purpose, Which
from domain.provenance import ActorKind, Channel, Provenance
from domain.refusals import Refusal
from domain.registry import AGGREGATES
from domain.secrets import Secret
from domain.sessions import Session
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import Tier, WrappedKey
from ops.crypto.keyring import Keyring
from ops.crypto.providers.file import FileRoot
from ops.crypto.sealer import Sealer
from ops.ledger.log import Record, Row
from ops.ledger.mapper import Mapper
from ops.ledger.topics import Topics
from ops.settings import Settings

COLUMNS = ("int8", "uuid", "int8", "text", "int8", "int2", "timestamptz", "bytea", "bytea")
COPY = (
    "copy ledger.events (position, stream, version, topic, key_id, author, recorded_at, state, mac)"
    " from stdin (format binary)"
)
KEYS = "copy ledger.{}_keys (id, scope, kek, wrapped, nonce) from stdin (format binary)"
KEY_COLUMNS = ("int8", "text", "int4", "bytea", "bytea")
LOCK = "select pg_advisory_xact_lock(hashtext('strongroom.ledger'))"
LAST = "select position, recorded_at from ledger.events order by position desc limit 1"
ROUGH = """
insert into ledger.events (position, stream, version, topic, key_id, author, recorded_at, state, mac)
select n, uuidv7(), 1, 'sample.made', 1, 1, %s::timestamptz + n * interval '1 microsecond',
       decode(repeat(md5(n::text), 19), 'hex'), sha256(n::text::bytea)
  from generate_series(%s::bigint, %s::bigint) n
"""
STEP = timedelta(microseconds=1)
AT_ONCE = 500_000
WORKERS = 2


class HeldKeys:
    """A key store in memory over what the database held when it was made; `fresh` are those it does not hold yet."""

    def __init__(self, database: Connection[Any], tier: Tier) -> None:
        rows = database.execute(f"select id, scope, kek, wrapped, nonce from ledger.{tier}_keys").fetchall()
        self._by_scope = {row[1]: WrappedKey(*row) for row in rows}
        self.fresh: list[WrappedKey] = []

    async def add(self, key: WrappedKey) -> WrappedKey:
        standing = self._by_scope.setdefault(key.scope, key)
        if standing is key:
            self.fresh.append(key)
        return standing

    async def by_scope(self, scope: str) -> WrappedKey | None:
        return self._by_scope.get(scope)

    async def count(self, uses: Mapping[int, int]) -> dict[int, int]:
        return {}

    async def version(self) -> int:
        return 1

    async def shreddings(self, after: int) -> list[Record]:
        return []

    async def by_ids(self, ids: Collection[int]) -> list[WrappedKey]:
        return [key for key in self._by_scope.values() if key.id in ids]


class Pen:
    """Seals and signs what the api process would have written."""

    def __init__(self, database: Connection[Any], settings: Settings) -> None:
        log_id = settings.log_id
        self._held = {tier: HeldKeys(database, tier) for tier in Tier}
        event_root, secret_root = (FileRoot.read(settings.keys / name) for name in ("event.root", "secret.root"))
        event_keys = Keyring(Tier.EVENT, event_root, log_id, self._held[Tier.EVENT])
        secret_keys = Keyring(Tier.SECRET, secret_root, log_id, self._held[Tier.SECRET])
        self._mapper = Mapper(log_id, event_keys, AuthorKeys.read(settings.keys, Author.API), Topics(AGGREGATES))
        self.sealer = Sealer(log_id, secret_keys)
        self._today = datetime.now(UTC).date()

    async def row(self, event: Event, scope: UUID | None) -> Row:
        return await self._mapper.seal(event, scope, self._today)

    def deposit(self, database: Connection[Any]) -> None:
        """Bring the keys that were made into the database: before any row that they sealed."""
        for tier, held in self._held.items():
            with database.cursor().copy(KEYS.format(tier).encode()) as copy:
                copy.set_types(KEY_COLUMNS)
                for key in held.fresh:
                    copy.write_row((key.id, key.scope, key.kek, key.wrapped, key.nonce))
            held.fresh.clear()


@dataclass
class Cast:
    """Who and what the events are about."""

    user: UUID
    session: UUID
    resources: Sequence[UUID]
    accounts: list[UUID] = field(default_factory=list)

    def provenance(self) -> Provenance:
        return Provenance(
            ActorKind.USER, self.user, ids.new(), Channel.API, self.session,
            reason="scheduled maintenance of the database", ticket="CHG0012345",
        )  # fmt: skip


def add_accounts(url: str, settings: Settings, cast: Cast, count: int) -> None:
    """So many accounts at the log's end, spread over the resources. Others may be writing and following meanwhile."""
    with psycopg.connect(url) as database:
        pen = Pen(database, settings)
        rows = asyncio.run(_accounts(pen, cast, count))
        pen.deposit(database)
        with at_the_end(database) as (position, moment), _copying(database) as copy:
            for number, row in enumerate(rows, 1):
                _write(copy, position + number, moment + number * STEP, row)


def fill(url: str, settings: Settings, cast: Cast, up_to: int) -> None:
    """Fill the log up to a position with a year of a vault: mostly disclosures. Nobody else may be writing."""
    global _part
    with psycopg.connect(url, autocommit=True) as database:
        pen = Pen(database, settings)
        asyncio.run(pen.row(_refused(cast), None))  # the day's key, before anybody else makes one
        pen.deposit(database)
        position, moment = _last(database)
        _part = Part(url, pen, cast, moment - position * STEP)
        edges = [*range(position, up_to, max(1, (up_to - position) // (4 * WORKERS))), up_to]
        with ProcessPoolExecutor(WORKERS, get_context("fork")) as pool:
            tasks = [
                pool.submit(_fill_parts, worker, list(pairwise(edges))[worker::WORKERS]) for worker in range(WORKERS)
            ]
            for task in tasks:
                task.result()
        database.execute("vacuum (analyze) ledger.events")


def rough(url: str, up_to: int) -> None:
    """Fill the log up to a position with rows that fit and mean nothing: for what never opens them."""
    with psycopg.connect(url, autocommit=True) as database:
        position, moment = _last(database)
        for first in range(position + 1, up_to + 1, AT_ONCE):
            database.execute(ROUGH, (moment - position * STEP, first, min(first + AT_ONCE - 1, up_to)))
        database.execute("vacuum (analyze) ledger.events")
        database.execute("checkpoint")


@contextmanager
def at_the_end(database: Connection[Any]) -> Iterator[tuple[int, datetime]]:
    """Hold the log's lock; its last position, and when that was recorded. Whoever follows is told afterwards."""
    with database.transaction():
        database.execute(LOCK)
        yield _last(database)
        database.execute("notify ledger")


@dataclass(frozen=True)
class Part:
    """What a process that fills is born with: forked, so that keys are never written anywhere."""

    url: str
    pen: Pen
    cast: Cast
    origin: datetime


_part: Part


def _fill_parts(worker: int, parts: Sequence[tuple[int, int]]) -> None:
    """Positions of several ranges, in order; each worker has accounts of its own, so that versions follow."""
    asyncio.run(_filled(_part, worker, parts))


async def _filled(part: Part, worker: int, parts: Sequence[tuple[int, int]]) -> None:
    with psycopg.connect(part.url, autocommit=True) as database:
        events = _year(part.pen, part.cast, part.cast.accounts[worker::WORKERS])
        for after, up_to in parts:
            with _copying(database) as copy:
                for position in range(after + 1, up_to + 1):
                    _write(copy, position, part.origin + position * STEP, await anext(events))


async def _year(pen: Pen, cast: Cast, accounts: Sequence[UUID]) -> AsyncIterator[Row]:
    """For ever: seventeen disclosures, a session, a refusal, a changed password."""
    versions = dict.fromkeys(accounts, 1)
    while True:
        for number, account in enumerate(accounts):
            match number % 20:
                case 0:
                    yield await pen.row(_started(cast), cast.user)
                case 1:
                    yield await pen.row(_refused(cast), None)
                case 2:
                    versions[account] += 1
                    yield await pen.row(await _changed(pen, cast, account, versions[account]), account)
                case _:
                    yield await pen.row(_disclosed(cast, account), None)


def _made(event: Callable[..., Event], cast: Cast, stream: UUID | None = None, version: int = 1, **said: Any) -> Event:
    return event(
        originator_id=stream or ids.new(), originator_version=version, timestamp=UNRECORDED,
        provenance=cast.provenance(), **said,
    )  # fmt: skip


def _disclosed(cast: Cast, account: UUID) -> Event:
    said: dict[str, Any] = {
        "account_id": account,
        "purpose": Purpose.VIEW,
        "password_number": 1,
        "which": Which.CURRENT,
    }
    return _made(Disclosure.Disclosed, cast, originator_topic=Disclosure.TOPIC, **said)


def _refused(cast: Cast) -> Event:
    said: dict[str, Any] = {"kind": "NotFound", "command": "DisclosePassword", "operation": None, "object_id": None}
    return _made(Refusal.Recorded, cast, originator_topic=Refusal.TOPIC, **said)


def _started(cast: Cast) -> Event:
    said: dict[str, Any] = {
        "user_id": cast.user, "token_hash": bytes(32), "address": "192.0.2.7", "agent": "a browser",
        "ends_at": datetime.now(UTC) + timedelta(hours=8),
    }  # fmt: skip
    return _made(Session.Started, cast, originator_topic=Session.TOPIC, **said)


async def _changed(pen: Pen, cast: Cast, account: UUID, version: int) -> Event:
    password = await pen.sealer.seal(Secret("correct horse battery staple"), account, PASSWORD)
    return _made(Account.PasswordChanged, cast, account, version, number=version, password=password)


async def _accounts(pen: Pen, cast: Cast, count: int) -> list[Row]:
    """Each with keys of its own in both tiers, as every account has."""
    rows = []
    for number in range(count):
        account_id, resource = ids.new(), cast.resources[number % len(cast.resources)]
        password = await pen.sealer.seal(Secret(f"correct horse {number}"), account_id, PASSWORD)
        account = Account.describe(account_id, resource, f"root{number}", "", password)
        event = dataclasses.replace(account.pending_events[0], provenance=cast.provenance())  # type: ignore[type-var]
        rows.append(await pen.row(event, account_id))  # type: ignore[arg-type]
        cast.accounts.append(account_id)
    return rows


@contextmanager
def _copying(database: Connection[Any]) -> Iterator[Copy]:
    with database.cursor().copy(COPY.encode()) as copy:
        copy.set_types(COLUMNS)
        yield copy


def _write(copy: Copy, position: int, moment: datetime, row: Row) -> None:
    copy.write_row((position, row.stream, row.version, row.topic, row.key_id, row.author, moment, row.state, row.mac))


def _last(database: Connection[Any]) -> tuple[int, datetime]:
    row = database.execute(LAST).fetchone()
    return (0, datetime.now(UTC) - timedelta(hours=1)) if row is None else (row[0], row[1])
