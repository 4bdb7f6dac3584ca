"""Finding resets: those that were open, those that come, none of a history that the log does not have any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import pytest

from commands.accounts import AddAccount
from commands.resets import OpenReset
from commands.resources import AddResource, PinHostKey
from domain.resources import ResourceType
from domain.secrets import Secret
from ops import database
from ops.ledger.errors import Forked
from ops.ledger.follower import Follower
from ops.ledger.marks import START, Mark, Marker
from ops.ledger.source import LogSource
from projections.reading import Views
from tests.support.live import LiveVault, live_vault
from tests.support.reset_bench import HOST_KEY
from tests.support.servers import Database
from tests.support.vault import Person
from workers import finding
from workers.base import Agenda
from workers.finding import Finder, Known, known


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
    source = LogSource(vault.ledger.append)

    async def handle(thing: UUID) -> None:
        seen.add(thing)
        if len(seen) == count:
            enough.set()

    finder = Finder(Follower(source, None, b"", Marker(vault.settings.log_id)), agenda, vault.log.now)
    tasks = [asyncio.create_task(finder.run(start)), asyncio.create_task(agenda.run(handle))]
    waiting = asyncio.create_task(enough.wait())
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
        await source.close()
    return seen


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
