"""The projector goes on whatever becomes of the bus: by PostgreSQL meanwhile, and by the bus again when it is back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from ops.bus import LOG, Bus, Outgoing
from ops.ledger import framing
from ops.ledger.follower import Follower
from ops.ledger.publisher import Publisher
from ops.ledger.turn import Turn
from ops.runtime.nats import FOLLOWER, PUBLISHER
from tests.projections.conftest import Server, add_server
from tests.support.servers import NatsServer
from tests.support.vault import Person
from tests.support.views import Gallery, running

KEY = bytes(range(32))
PATIENCE = 20.0


@dataclass
class Bussed:
    """A gallery whose projector follows by the bus, and a publisher that goes on when it is told to."""

    shown: Gallery
    follower: Follower
    publisher: Publisher
    speaking: Bus
    refused: list[tuple[int, str]] = field(default_factory=list)

    @property
    def head(self) -> int:
        return self.shown.world.log.head

    async def publish(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.publisher.position < self.head:
                await self.publisher.step()

    async def until_by_bus(self, wanted: bool) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.follower.by_bus is not wanted:
                await asyncio.sleep(0.02)


@asynccontextmanager
async def connected(server: NatsServer, user: str) -> AsyncIterator[Bus]:
    bus = Bus(server.url, server.seed(user).read_text().strip(), server.inbox_prefix(user).decode())
    await bus.start()
    try:
        async with asyncio.timeout(PATIENCE):
            while not bus.connected:
                await asyncio.sleep(0.01)
        yield bus
    finally:
        await bus.close()


@pytest.fixture
async def bussed(shown: Gallery, server: Server, fresh_bus: NatsServer) -> AsyncIterator[Bussed]:
    await shown.build()
    async with connected(fresh_bus, PUBLISHER) as speaking, connected(fresh_bus, FOLLOWER) as following:
        turn = Turn(shown.place.project, "publisher")
        refused: list[tuple[int, str]] = []
        follower = Follower(
            shown.source, following, KEY, shown.marker, lambda position, why: refused.append((position, why))
        )
        publisher = Publisher(shown.source, speaking, turn, KEY, shown.marker)
        yield Bussed(shown, follower, publisher, speaking, refused)
        await follower.close()
        await turn.give()


async def test_without_a_stream_it_goes_by_the_log_and_takes_to_the_bus_when_there_is_one(
    bussed: Bussed, admin: Person
) -> None:
    """At the first start, or when NATS has lost its store, the publisher may come second."""
    async with running(bussed.shown.projector(follower=bussed.follower)) as task:
        await add_server(admin, "early")
        await bussed.shown.until_at(bussed.head)
        assert not bussed.follower.by_bus
        await bussed.publish()
        await bussed.until_by_bus(True)
        await add_server(admin, "later")
        await bussed.publish()
        await bussed.shown.until_at(bussed.head)
        assert not task.done()


async def test_a_stream_that_is_deleted_under_it_is_gone_on_without_and_taken_to_again(
    bussed: Bussed, admin: Person
) -> None:
    await bussed.publish()
    async with running(bussed.shown.projector(follower=bussed.follower)) as task:
        await bussed.until_by_bus(True)
        await bussed.speaking.delete(LOG)
        await bussed.speaking.delete(LOG)  # gone is gone
        await add_server(admin, "meanwhile")
        await bussed.shown.until_at(bussed.head)
        await bussed.until_by_bus(False)
        bussed.publisher.forget()
        await bussed.publish()
        await bussed.until_by_bus(True)
        assert not task.done()


async def test_it_goes_on_while_nats_is_away_and_comes_back_to_it(
    bussed: Bussed, admin: Person, fresh_bus: NatsServer
) -> None:
    await bussed.publish()
    async with running(bussed.shown.projector(follower=bussed.follower)):
        await bussed.until_by_bus(True)
        fresh_bus.stop(crash=True)
        await bussed.until_by_bus(False)
        await add_server(admin, "meanwhile")
        await bussed.shown.until_at(bussed.head)
        fresh_bus.restart()
        await bussed.until_by_bus(True)


async def test_a_message_with_a_wrong_seal_is_refused_and_its_record_is_read_from_the_log(
    bussed: Bussed, admin: Person
) -> None:
    await bussed.publish()
    async with running(bussed.shown.projector(follower=bussed.follower)):
        await bussed.until_by_bus(True)
        first = bussed.head + 1
        (record,) = await bussed.shown.world.log.read(first - 2, 1)
        body = framing.frame(replace(record, position=first))
        seal = {framing.SEAL: framing.seal(bytes(32), first, body)}
        await bussed.speaking.publish([Outgoing("log.resource.added", body, first - 1, seal)])
        async with asyncio.timeout(PATIENCE):
            while not bussed.refused:
                await asyncio.sleep(0.02)
        await add_server(admin, "web2")
        await bussed.shown.until_at(bussed.head)
    assert bussed.refused[0] == (first, "the message has no seal of this place in the stream")


async def test_one_that_is_behind_catches_up_while_the_others_go_on(shown: Gallery, server: Server) -> None:
    shown.source.end = 5
    await shown.build("users")
    shown.source.end = None
    await shown.build(*(each.name for each in shown.projections if each.name != "users"))
    async with running(shown.projector()):
        await shown.until_at(shown.world.log.head)
    serving = await shown.serving("users")
    assert await shown.digest(serving) == await shown.digest(await shown.fold(shown.of("users"), 100_000))


async def test_a_hole_in_the_log_halts_all_and_nothing_is_passed_over(
    shown: Gallery, admin: Person, server: Server
) -> None:
    await shown.build()
    before = shown.world.log.head
    shown.source.instead[before + 1] = None
    await add_server(admin, "later")
    async with running(shown.projector()):
        await shown.until_halted(*(each.name for each in shown.projections))
    assert {position for position, _ in (await shown.states()).values()} == {before}
