"""The stream LOG is the log, record for record, or there is an alarm."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from ops.bus import LOG, Bus, BusAway, Outgoing, OutOfStep
from ops.ledger import framing
from ops.ledger.errors import Forked
from ops.ledger.follower import Follower
from ops.ledger.marks import START
from ops.ledger.publisher import Publisher
from ops.ledger.source import LogSource
from ops.ledger.turn import Turn
from tests.support.records import KEY, MARKER, cut, grow, stored
from tests.support.servers import Database, NatsServer


@dataclass
class Publishing:
    publisher: Publisher
    bus: Bus
    source: LogSource

    async def until(self, position: int) -> None:
        async with asyncio.timeout(10):
            while self.publisher.position < position:
                await self.publisher.step()

    async def bodies(self, first: int, last: int) -> list[bytes]:
        found = [await self.bus.message(LOG, sequence) for sequence in range(first, last + 1)]
        return [message.body for message in found if message is not None]


async def bus_of(server: NatsServer, user: str) -> Bus:
    bus = Bus(server.url, server.seed(user).read_text(), server.inbox_prefix(user).decode())
    await bus.start()
    async with asyncio.timeout(5):
        while not bus.connected:
            await asyncio.sleep(0.01)
    return bus


@asynccontextmanager
async def publishing(database: Database, server: NatsServer) -> AsyncIterator[Publishing]:
    source, bus = LogSource(database.project), await bus_of(server, "publisher")
    turn = Turn(database.project, "publisher")
    try:
        yield Publishing(Publisher(source, bus, turn, KEY, MARKER), bus, source)
    finally:
        await bus.close()
        await source.close()
        await turn.give()


async def test_every_record_stands_sealed_at_the_sequence_of_its_position(
    ledger_database: Database, fresh_bus: NatsServer
) -> None:
    grow(ledger_database, range(1, 201))
    async with publishing(ledger_database, fresh_bus) as it:
        await it.until(200)
        grow(ledger_database, range(201, 231))
        await it.until(230)
        for record in stored(ledger_database)[::37]:
            message = await it.bus.message(LOG, record.position)
            assert message is not None
            assert framing.unframe(message.body) == record
            assert framing.sealed(KEY, record.position, message.body, message.headers[framing.SEAL])


async def test_a_stream_that_lost_its_tail_is_refilled(ledger_database: Database, fresh_bus: NatsServer) -> None:
    grow(ledger_database, range(1, 101))
    async with publishing(ledger_database, fresh_bus) as it:
        await it.until(60)
        reached = it.publisher.position
    async with publishing(ledger_database, fresh_bus) as it:
        await it.until(100)
        assert reached < 100
        assert await it.bodies(1, 100) == [framing.frame(record) for record in stored(ledger_database)]


async def test_a_lost_stream_begins_again_at_the_right_place(
    ledger_database: Database, fresh_bus: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.ledger.publisher.KEPT", 10)
    grow(ledger_database, range(1, 101))
    async with publishing(ledger_database, fresh_bus) as it:
        await it.until(100)
        end = await it.bus.end(LOG)
        assert end is not None
        assert (end.last, end.messages) == (100, 10)
        assert await it.bus.message(LOG, 91) is not None
        assert await it.bus.message(LOG, 90) is None


async def test_an_empty_stream_goes_on_where_it_was(ledger_database: Database, fresh_bus: NatsServer) -> None:
    grow(ledger_database, range(1, 11))
    async with publishing(ledger_database, fresh_bus) as it:
        await it.bus.create(LOG, first=6)
        await it.until(10)
        end = await it.bus.end(LOG)
        assert end is not None
        assert (end.last, end.messages) == (10, 5)


async def test_a_repeat_is_refused_by_the_stream_itself(ledger_database: Database, fresh_bus: NatsServer) -> None:
    grow(ledger_database, range(1, 6))
    async with publishing(ledger_database, fresh_bus) as it:
        await it.until(5)
        with pytest.raises(OutOfStep):
            await it.bus.publish([Outgoing("log.account.added", b"again", 2, {})])


async def test_a_log_that_was_set_back_is_an_alarm_and_nothing_is_dropped(
    ledger_database: Database, fresh_bus: NatsServer
) -> None:
    grow(ledger_database, range(1, 11))
    async with publishing(ledger_database, fresh_bus) as it:
        await it.until(10)
        cut(ledger_database, after=7)
        with pytest.raises(Forked, match="before position 10"):
            await asyncio.wait_for(forever(it), 5)
    async with publishing(ledger_database, fresh_bus) as again:
        with pytest.raises(Forked, match="the log ends at 7"):
            await again.publisher.step()
        end = await again.bus.end(LOG)
        assert end is not None
        assert end.last == 10


async def test_a_new_history_of_the_same_length_is_an_alarm(ledger_database: Database, fresh_bus: NatsServer) -> None:
    grow(ledger_database, range(1, 11))
    async with publishing(ledger_database, fresh_bus) as it:
        await it.until(10)
    cut(ledger_database, after=7)
    grow(ledger_database, range(8, 15))
    async with publishing(ledger_database, fresh_bus) as it:
        with pytest.raises(Forked, match="another record at position 8"):
            await it.publisher.step()


async def test_whoever_publishes_beside_it_is_found_out(ledger_database: Database, fresh_bus: NatsServer) -> None:
    grow(ledger_database, range(1, 6))
    async with publishing(ledger_database, fresh_bus) as it:
        await it.until(5)
        await it.bus.publish([Outgoing("log.account.added", b"forged", 5, {})])
        grow(ledger_database, range(6, 8))
        with pytest.raises(OutOfStep):
            await it.publisher.step()
        it.publisher.forget()
        with pytest.raises(Forked, match="another record at position 6"):
            await it.publisher.step()


async def test_only_one_publishes_and_the_next_takes_over(ledger_database: Database) -> None:
    first, second = Turn(ledger_database.project, "publisher"), Turn(ledger_database.project, "publisher")
    assert await first.mine()
    assert not await second.mine()
    await first.give()
    assert await second.mine()
    await second.give()


async def test_it_goes_on_by_itself_after_both_servers_were_killed(
    ledger_database: Database, fresh_bus: NatsServer
) -> None:
    alarms: list[Forked] = []

    async def note(alarm: Forked) -> None:
        alarms.append(alarm)

    grow(ledger_database, range(1, 11))
    async with publishing(ledger_database, fresh_bus) as it:
        running = asyncio.create_task(it.publisher.run(note))
        await reached(it, 10)
        fresh_bus.restart(crash=True)
        ledger_database.server.restart(crash=True)
        grow(ledger_database, range(11, 21))
        await reached(it, 20)
        running.cancel()
        assert await it.bodies(1, 20) == [framing.frame(record) for record in stored(ledger_database)]
    assert alarms == []


async def test_while_nats_is_away_everything_says_so_at_once(fresh_bus: NatsServer) -> None:
    bus = await bus_of(fresh_bus, "publisher")
    fresh_bus.stop()
    async with asyncio.timeout(3):
        while bus.connected:
            await asyncio.sleep(0.01)
    with pytest.raises(BusAway):
        await bus.end(LOG)
    with pytest.raises(BusAway):
        await bus.publish([Outgoing("log.account.added", b"", 0, {})])
    await bus.close()


async def forever(it: Publishing) -> None:
    while True:
        await it.publisher.step()


async def reached(it: Publishing, position: int) -> None:
    async with asyncio.timeout(15):
        while it.publisher.position < position:
            await asyncio.sleep(0.02)


async def test_while_the_stream_is_lost_who_follows_reads_the_log_itself(
    ledger_database: Database, fresh_bus: NatsServer
) -> None:
    """NATS is there without it until the publisher has made it anew: no reason to end for anybody."""
    grow(ledger_database, range(1, 4))
    async with publishing(ledger_database, fresh_bus) as it:
        feeds, source = await bus_of(fresh_bus, "follower"), LogSource(ledger_database.project)
        follower = Follower(source, feeds, KEY, MARKER)
        records = await follower.next(START)
        assert [record.position for record in records] == [1, 2, 3]
        await it.until(3)
        grow(ledger_database, range(4, 6))
        await it.until(5)
        mark = MARKER.mark(records[-1])
        async with asyncio.timeout(5):
            while not follower.by_bus:
                assert [record.position for record in await follower.next(mark)] == [4, 5]
        await follower.close()
        await feeds.close()
        await source.close()
