"""Finding resets: those that were open, those that come, none of a history that the log does not have any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import pytest

from commands.accounts import AddAccount
from commands.resets import OpenReset
from commands.resources import AddResource, PinHostKey
from domain.probes import Probe
from domain.resets import Reset
from domain.resources import ResourceType
from domain.secrets import Secret
from ops.ledger.errors import Forked
from ops.ledger.follower import Follower
from ops.ledger.marks import START, Mark, Marker
from ops.ledger.source import LogSource
from projections.reading import Views
from tests.support.live import LiveVault
from tests.support.reset_bench import HOST_KEY
from tests.support.vault import Person
from workers import finding
from workers.base import Agenda
from workers.finding import Finder, Known, known


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
    yield Finder(follower, {Reset.TOPIC: agenda}, vault.log.now)
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
    assert start.unfinished == {Reset.TOPIC: [before], Probe.TOPIC: []}
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
    assert start == Known(START, {})
    assert await found(vault, start, 1) == {reset}


@pytest.mark.parametrize("beyond", [0, 5])
async def test_a_log_that_was_set_back_is_not_followed(vault: LiveVault, views: Views, beyond: int) -> None:
    """Another record where one was known, or none at all: then nothing is handled, not even what was open."""
    owner = await vault.administrator()
    (account,) = await accounts(owner, 1)
    reset = await owner.does(OpenReset(account_id=account))
    other = Known(Mark(vault.log.head + beyond, b"x" * 32), {Reset.TOPIC: [reset]})
    with pytest.raises(Forked):
        await found(vault, other, 1)
