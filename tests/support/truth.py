"""What must be true of a vault whatever has happened to it: checked from the log, the stream and the read models."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Protocol

import psycopg

from domain.base import Author, Event
from domain.resources import Resource
from ops import database
from ops.bus import LOG, Bus
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring
from ops.crypto.providers.file import FileRoot
from ops.ledger import framing
from ops.ledger.log import Record
from ops.ledger.mapper import Mapper
from ops.ledger.marks import Marker
from ops.ledger.publisher import KEPT
from ops.ledger.source import AFTER, LogSource
from ops.migrations import databases, runner
from ops.runtime.keys import seed_of
from ops.runtime.nats import FOLLOWER
from ops.runtime.seats import as_user
from ops.settings import Settings
from projections import generations
from projections.catalogue import projections_of
from projections.rebuild import Rebuild
from tests.support.people import Memory
from tests.support.servers import Database, DatabaseServer, fresh_database
from tests.support.vault import TOPICS

ALL = 10_000_000
CONVERGES_WITHIN = 30.0
Digests = dict[str, dict[str, tuple[int, int, int]]]


class Whole(Protocol):
    """A whole vault, however its processes were started."""

    @property
    def settings(self) -> Settings: ...

    @property
    def postgres(self) -> DatabaseServer: ...

    @property
    def ledger(self) -> Database: ...

    @property
    def views(self) -> Database: ...

    @property
    def memory(self) -> Memory: ...


def stored(fleet: Whole) -> list[Record]:
    """The whole log."""
    with psycopg.connect(fleet.ledger.project, autocommit=True) as connection:
        rows = connection.cursor(binary=True).execute(AFTER, (0, ALL)).fetchall()
    return [Record(*row) for row in rows]


async def opened(fleet: Whole, records: Sequence[Record]) -> list[Event]:
    """Every record, its author proved, its state unsealed."""
    settings = fleet.settings
    root = FileRoot.read(settings.keys / "event.root")
    async with database.pool(fleet.ledger.project) as pool:
        keyring = Keyring(Tier.EVENT, root, settings.log_id, PostgresKeyStore(pool, Tier.EVENT))
        mapper = Mapper(settings.log_id, keyring, AuthorKeys.read(settings.keys, Author.API), TOPICS)
        return await mapper.open_many(records)


async def reached(fleet: Whole) -> dict[str, int]:
    """How far each read model has come."""
    async with await database.connect(fleet.views.project) as views:
        found = await generations.serving(views, projections_of(fleet.settings.log_id))
        return {standing.name: standing.mark.position for standing in found}


def head(fleet: Whole) -> int:
    with psycopg.connect(fleet.ledger.project, autocommit=True) as connection:
        row = connection.execute("select coalesce(max(position), 0) from ledger.events").fetchone()
    assert row is not None
    return int(row[0])


async def converged(fleet: Whole, seconds: float = CONVERGES_WITHIN) -> None:
    """Until every read model is there, and all of them and the stream stand where the log does."""
    all_of_them = {projection.name for projection in projections_of(fleet.settings.log_id)}
    async with asyncio.timeout(seconds), a_bus(fleet) as bus:
        while True:
            end, at = await reached(fleet), head(fleet)
            stream = await bus.end(LOG)
            if stream is not None and stream.last == at and end == dict.fromkeys(all_of_them, at):
                return
            await asyncio.sleep(0.1)


class a_bus:  # noqa: N801 - used like a function
    """A follower's connection to the vault's NATS."""

    def __init__(self, fleet: Whole) -> None:
        self._bus = as_user(fleet.settings, FOLLOWER, seed_of(fleet.settings, FOLLOWER))

    async def __aenter__(self) -> Bus:
        await self._bus.start()
        async with asyncio.timeout(10):
            while not self._bus.connected:
                await asyncio.sleep(0.01)
        return self._bus

    async def __aexit__(self, *_: object) -> None:
        await self._bus.close()


async def streamed(fleet: Whole) -> list[tuple[int, bytes]]:
    """(sequence, body) of all that the stream holds."""
    found: list[tuple[int, bytes]] = []
    async with asyncio.timeout(60), a_bus(fleet) as bus:
        end = await bus.end(LOG)
        assert end is not None
        pull = await bus.pull(LOG, 1)
        while not found or found[-1][0] < end.last:
            found += [(message.sequence, message.body) for message in await pull.next(1)]
        await pull.close()
    return found


def told_the_truth(memory: Memory, records: Sequence[Record], events: Sequence[Event]) -> None:
    """Every acknowledged position holds what was acknowledged there; nothing that was asked for once is there twice."""
    for told in memory.told:
        assert events[told.position - 1].provenance.request_id == told.request, told
    given = Counter(event.provenance.reason for event in events if event.provenance.reason)
    twice = [reason for reason in memory.reasons if given[reason] > 1]
    lost = [reason for reason, position in memory.reasons.items() if position is not None and not given[reason]]
    assert (twice, lost) == ([], []), (twice, lost)
    names = Counter(event.name for event in events if isinstance(event, Resource.Added))
    assert {name: names[name] for name in memory.made} == dict.fromkeys(memory.made, 1)


def untold(memory: Memory, events: Sequence[Event], name: str) -> list[str]:
    """What is recorded of those who work under `name` without their having been told."""
    given = {event.provenance.reason for event in events}
    return [reason for reason in memory.unanswered if reason in given and reason.startswith(name)]


def gapless(records: Sequence[Record]) -> None:
    assert [record.position for record in records] == list(range(1, len(records) + 1))
    assert len({(record.stream, record.version) for record in records}) == len(records)
    times = [record.recorded_at for record in records]
    assert times == sorted(times)


async def live(fleet: Whole) -> Digests:
    """What the read models that serve hold."""
    async with await database.connect(fleet.views.project) as views:
        found = await generations.serving(views, projections_of(fleet.settings.log_id))
        return {standing.name: await generations.digest(views, standing) for standing in found}


async def folded(fleet: Whole) -> Digests:
    """What they must hold: the whole log folded once more, in a database of its own."""
    settings = fleet.settings
    root, marker = FileRoot.read(settings.keys / "event.root"), Marker(settings.log_id)
    source = LogSource(fleet.ledger.project)
    with ExitStack() as stack:
        views = stack.enter_context(fresh_database(fleet.postgres, databases.VIEWS, runner.VIEWS))
        async with database.pool(fleet.ledger.project) as pool:
            keyring = Keyring(Tier.EVENT, root, settings.log_id, PostgresKeyStore(pool, Tier.EVENT))
            mapper = Mapper(settings.log_id, keyring, AuthorKeys.none(), TOPICS)
            for projection in projections_of(settings.log_id):
                await Rebuild(views.project, projection, source, mapper, marker).run()
        await source.close()
        async with await database.connect(views.project) as connection:
            found = await generations.serving(connection, projections_of(settings.log_id))
            return {standing.name: await generations.digest(connection, standing) for standing in found}


async def all_is_well(fleet: Whole, before: dict[int, bytes]) -> None:
    """After whatever has happened. `before` holds what each position held when it was last looked at."""
    async with asyncio.timeout(2 * CONVERGES_WITHIN):
        await converged(fleet)
        while not await _looked_at(fleet, before):
            await converged(fleet)


async def _looked_at(fleet: Whole, before: dict[int, bytes]) -> bool:
    """Whether nothing moved meanwhile: a worker may have had something left to write down."""
    records = stored(fleet)
    stream, serving, fold = await streamed(fleet), await live(fleet), await folded(fleet)
    if head(fleet) != len(records):
        return False
    gapless(records)
    told_the_truth(fleet.memory, records, await opened(fleet, records))
    held = {record.position: framing.frame(record) for record in records}
    assert before.items() <= held.items()
    assert len(stream) >= min(len(held), KEPT)  # made anew it begins that far back
    assert stream == sorted(held.items())[-len(stream) :]
    assert serving == fold
    before |= held
    return True
