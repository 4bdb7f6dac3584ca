"""Finding resets: those that were open, those that come, none of a history that the log does not have any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import date
from pathlib import Path
from typing import cast
from uuid import UUID

import psycopg
import pytest

from commands.accounts import AddAccount
from commands.resets import OpenReset
from commands.resources import AddResource, PinHostKey
from commands.vault import provenance_of
from domain import ids
from domain.base import Author, Event
from domain.resources import Resource, ResourceType
from domain.secrets import Secret
from ops import database
from ops.ledger.errors import Forked
from ops.ledger.follower import Follower
from ops.ledger.marks import START, Mark, Marker
from ops.ledger.source import LogSource
from projections.reading import Views
from tests.support.attacker import insert
from tests.support.live import SYSTEM, LiveVault, live_vault
from tests.support.reset_bench import HOST_KEY
from tests.support.servers import Database
from tests.support.vault import Person
from workers import finding
from workers.base import Agenda
from workers.finding import Finder, Known, known
from workers.signatures import Signatures


@pytest.fixture
async def vault(tmp_path: Path, ledger_database: Database, views_database: Database) -> AsyncIterator[LiveVault]:
    async with live_vault(tmp_path, ledger_database, views_database) as live:
        yield live


@pytest.fixture
async def views(vault: LiveVault) -> AsyncIterator[Views]:
    async with database.pool(vault.views.append) as pool:
        yield Views(pool)


async def accounts(owner: Person, count: int) -> list[UUID]:
    resource = await owner.does(AddResource(name="web1", type=ResourceType.LINUX, address="web1.test"))
    await owner.does(PinHostKey(resource_id=resource, host_key=HOST_KEY))
    return [
        await owner.does(AddAccount(resource_id=resource, username=f"app{number}", password=Secret("Old 1")))
        for number in range(count)
    ]


async def found(vault: LiveVault, start: Known, count: int) -> set[UUID]:
    """What is put on an agenda, once there are `count` things on it."""
    agenda, seen, enough = Agenda(vault.log.now), set[UUID](), asyncio.Event()

    async def handle(thing: UUID) -> None:
        seen.add(thing)
        if len(seen) == count:
            enough.set()

    async with finder(vault, agenda) as it:
        tasks = [asyncio.create_task(it.run(start)), asyncio.create_task(agenda.run(handle))]
        await until(enough.wait(), tasks)
    return seen


@asynccontextmanager
async def finder(vault: LiveVault, agenda: Agenda) -> AsyncIterator[Finder]:
    """As the worker has it."""
    source = LogSource(vault.ledger.append)
    follower = Follower(source, None, b"", Marker(vault.settings.log_id))
    async with database.pool(vault.views.append) as pool:
        yield Finder(follower, Signatures(vault.mapper(Author.WORKER), Views(pool)), agenda, vault.log.now)
    await source.close()


async def until(enough: Coroutine[None, None, object], tasks: list[asyncio.Task[None]]) -> None:
    """Until there is enough, or a task has failed; within ten seconds."""
    waiting = asyncio.create_task(enough)
    try:
        async with asyncio.timeout(10):
            done, _ = await asyncio.wait([*tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
    finally:
        for task in (*tasks, waiting):
            task.cancel()
            with suppress(asyncio.CancelledError, Forked):
                await task


async def test_what_was_open_and_what_comes_later_is_found(vault: LiveVault, views: Views) -> None:
    owner = await vault.administrator()
    first, second = await accounts(owner, 2)
    before = await owner.does(OpenReset(account_id=first))
    await vault.project()
    start = await known(views)
    assert list(start.unfinished) == [before]
    assert start.mark.position == vault.log.head
    later = await owner.does(OpenReset(account_id=second))
    assert await found(vault, start, 2) == {before, later}


async def test_without_a_read_model_the_log_is_read_from_its_beginning(
    vault: LiveVault, views: Views, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await vault.administrator()
    (account,) = await accounts(owner, 1)
    reset = await owner.does(OpenReset(account_id=account))
    monkeypatch.setattr(finding, "PATIENCE", 0.2)
    start = await known(views)
    assert start == Known(START, ())
    assert await found(vault, start, 1) == {reset}


@pytest.mark.parametrize("beyond", [0, 5])
async def test_a_log_that_was_set_back_is_not_followed(vault: LiveVault, views: Views, beyond: int) -> None:
    """Another record where one was known, or none at all: then nothing is handled, not even what was open."""
    owner = await vault.administrator()
    (account,) = await accounts(owner, 1)
    reset = await owner.does(OpenReset(account_id=account))
    other = Known(Mark(vault.log.head + beyond, b"x" * 32), [reset])
    with pytest.raises(Forked):
        await found(vault, other, 1)


async def test_a_record_that_its_author_did_not_sign_is_named_as_it_comes(vault: LiveVault, views: Views) -> None:
    """Sealed with the right data key, and for nobody who opens it a reason to doubt: only its signature is not ours."""
    await vault.project()
    forged = vault.mapper(Author.API, dict.fromkeys(Author, b"?" * 32))
    await vault.administrator()
    made = Resource(ids.new(), "web9", ResourceType.LINUX, "web9.test", 22, "")
    (event,) = (cast("Event", each).stamped(provenance_of(SYSTEM)) for each in made.pending_events)
    row = await forged.seal(event, None, date.today())  # noqa: DTZ011
    position = insert(vault.ledger.superuser, row)
    agenda, alarmed = Agenda(vault.log.now), asyncio.Event()

    async def look() -> None:
        while not (seen := [(a.kind, a.position) for a in await views.alarms()]):
            await asyncio.sleep(0.02)
        assert seen == [("forged", position)]
        alarmed.set()

    async with finder(vault, agenda) as it:
        await until(alarmed.wait(), [asyncio.create_task(it.run(Known())), asyncio.create_task(look())])


async def test_of_the_read_models_a_worker_changes_nothing_but_that(vault: LiveVault) -> None:
    async with await database.connect(vault.views.append) as views:
        for statement in ("delete from views.alarms", "insert into views.alarms values ('a', 'b', 1, 'c')"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await views.execute(statement)
