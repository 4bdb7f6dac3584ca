"""Every record's signature is looked at, whatever stands before it, whoever cannot be told, and whenever it came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import cast
from uuid import UUID

import psycopg
import pytest

from commands.vault import provenance_of
from domain import ids
from domain.base import Author, Event
from domain.errors import Unavailable
from domain.resources import Resource, ResourceType
from ops import database
from ops.ledger.errors import Forked, Tampered, UpgradeNeeded
from ops.ledger.follower import Follower
from ops.ledger.log import Record
from ops.ledger.marks import START, Mark, Marker
from ops.ledger.source import LogSource
from projections.reading import Views
from tests.support.attacker import insert
from tests.support.live import SYSTEM, LiveVault
from workers import signatures
from workers.signatures import Signatures

FORGED = {2, 4}
NEWER = 3
PATIENCE = 15.0


class Clerk:
    """Judges by position alone, and notes what it is told; the first alarm finds nobody."""

    def __init__(self) -> None:
        self.told: list[int] = []
        self.seen: list[Mark] = []

    def check(self, record: Record) -> None:
        if record.position == NEWER:
            raise UpgradeNeeded(record.position, record.topic)
        if record.position in FORGED:
            raise Tampered(record.position, "mac: its author did not sign it")

    async def raise_forged(self, position: int, detail: str) -> None:
        self.told.append(position)
        if len(self.told) == 1:
            raise Unavailable

    async def signatures_seen(self) -> Mark:
        return START

    async def see_signatures(self, mark: Mark) -> None:
        self.seen.append(mark)


class Pages:
    """Five records, again and again to whoever has not seen them."""

    async def next(self, mark: Mark, patience: float = 0) -> list[Record]:
        return [record(position) for position in range(mark.position + 1, 6)]

    def mark(self, record: Record) -> Mark:
        return Mark(record.position, b"known")


def record(position: int) -> Record:
    return Record(position, UUID(int=position), 1, "sample.made", 1, 1, datetime.now(UTC), b"", b"")


@asynccontextmanager
async def at_work(it: Signatures) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(it.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def looking(vault: LiveVault, views: Views) -> AsyncIterator[asyncio.Task[None]]:
    """As the worker has it."""
    source = LogSource(vault.ledger.append)
    follower = Follower(source, None, b"", Marker(vault.settings.log_id))
    async with at_work(Signatures(follower, vault.mapper(Author.WORKER), views)) as task:
        yield task
    await source.close()


async def forge(vault: LiveVault) -> int:
    """Sealed with the right data key, and for nobody who opens it a reason to doubt: only its signature is not ours."""
    forger = vault.mapper(Author.API, dict.fromkeys(Author, b"?" * 32))
    made = Resource(ids.new(), "web9", ResourceType.LINUX, "web9.test", 22, "")
    (event,) = (cast("Event", each).stamped(provenance_of(SYSTEM)) for each in made.pending_events)
    row = await forger.seal(event, None, date.today())  # noqa: DTZ011
    return insert(vault.ledger.superuser, row)


async def seen(views: Views, position: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await views.signatures_seen()).position < position:
            await asyncio.sleep(0.02)


async def alarms(views: Views) -> list[tuple[str, int]]:
    return [(alarm.kind, alarm.position) for alarm in await views.alarms()]


async def test_what_stands_behind_a_newer_releases_record_or_a_lost_alarm_is_looked_at_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing counts as seen before it was told."""
    monkeypatch.setattr(signatures, "REST", 0.01)
    clerk = Clerk()
    async with at_work(Signatures(cast("Follower", Pages()), clerk, clerk)):
        async with asyncio.timeout(PATIENCE):
            while not clerk.seen:
                await asyncio.sleep(0.01)
        assert clerk.told == [2, 2, 4]
        assert clerk.seen == [Mark(5, b"known")]


async def test_a_record_that_was_forged_while_no_worker_ran_is_named_by_the_next(
    vault: LiveVault, views: Views
) -> None:
    await vault.administrator()
    async with looking(vault, views):
        await seen(views, vault.log.head)
    assert await alarms(views) == []
    position = await forge(vault)
    async with looking(vault, views):
        await seen(views, position)
    assert await alarms(views) == [("forged", position)]
    async with looking(vault, views):
        await asyncio.sleep(0.2)
    assert {alarm.times for alarm in await views.alarms()} == {1}, "what was seen is seen"


async def test_of_a_log_that_was_damaged_and_put_back_all_signatures_are_looked_at_again(
    vault: LiveVault, views: Views
) -> None:
    """What was seen of it while it was damaged is no reason never to look again."""
    await vault.administrator()
    position = await forge(vault)
    await views.see_signatures(Mark(position, b"x" * 32))
    async with looking(vault, views) as task:
        async with asyncio.timeout(PATIENCE):
            while await alarms(views) != [("forged", position)]:
                await asyncio.sleep(0.02)
        assert not task.done()


async def test_a_log_that_is_set_back_meanwhile_is_not_looked_through(vault: LiveVault, views: Views) -> None:
    await vault.administrator()
    async with looking(vault, views) as task, asyncio.timeout(PATIENCE):
        await seen(views, vault.log.head)
        async with await database.connect(vault.ledger.superuser) as superuser:
            await superuser.execute("delete from ledger.events where position = %s", [vault.log.head])
            await superuser.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'append'")
        with pytest.raises(Forked):
            await task


async def test_how_far_was_looked_never_goes_back(views: Views) -> None:
    await views.see_signatures(Mark(7, b"seven"))
    await views.see_signatures(Mark(5, b"five"))
    assert await views.signatures_seen() == Mark(7, b"seven")


async def test_of_the_read_models_a_worker_changes_nothing_but_that(vault: LiveVault) -> None:
    async with await database.connect(vault.views.append) as views:
        for statement in (
            "delete from views.alarms", "insert into views.alarms values ('a', 'b', 1, 'c')",
            "update views.signatures set position = 0",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await views.execute(statement)
