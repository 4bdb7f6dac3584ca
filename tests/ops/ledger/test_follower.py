"""What the stream LOG ends in is held against the log, as far as it proves itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from ops.bus import Outgoing
from ops.ledger.errors import Forked
from ops.ledger.follower import Follower
from tests.ops.ledger.test_publisher import Publishing, bus_of, publishing
from tests.support.records import KEY, MARKER, cut, grow
from tests.support.servers import Database, NatsServer

JUNK = [Outgoing("log.account.added", b"forged", 5 + number, {}) for number in range(3)]


@asynccontextmanager
async def following(database: Database, server: NatsServer) -> AsyncIterator[tuple[Publishing, Follower]]:
    """Five records are published; somebody else has the publisher's seed too."""
    grow(database, range(1, 6))
    async with publishing(database, server) as it:
        await it.until(5)
        feeds = await bus_of(server, "follower")
        yield it, Follower(it.source, feeds, KEY, MARKER)
        await feeds.close()


async def test_messages_without_a_seal_say_nothing_about_the_log(
    ledger_database: Database, fresh_bus: NatsServer
) -> None:
    """Who may publish, yet has not the key of the seals, must not stop everybody with a word."""
    async with following(ledger_database, fresh_bus) as (it, follower):
        for junk in JUNK:
            await it.bus.publish([junk])
        await follower.check_stream()


@pytest.mark.parametrize("junk", [0, len(JUNK)], ids=["at the end", "below messages without a seal"])
async def test_a_sealed_record_that_the_log_has_lost_is_a_fork(
    ledger_database: Database, fresh_bus: NatsServer, junk: int
) -> None:
    async with following(ledger_database, fresh_bus) as (it, follower):
        for message in JUNK[:junk]:
            await it.bus.publish([message])
        cut(ledger_database, after=4)
        with pytest.raises(Forked, match="ends at position 5"):
            await follower.check_stream()
