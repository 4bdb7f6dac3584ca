"""Somebody speaks on the bus in the log's name, to a running vault: nobody believes him, and his place is named."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from ops.bus import LOG, Bus, BusAway, Message, Outgoing
from ops.ledger import framing
from tests.support import places
from tests.support.attacker import PATIENCE, Attacker, until
from tests.support.installation import Installation, installation
from tests.support.scene import PASSWORD, scene


@pytest.fixture
def site() -> Iterator[Installation]:
    yield from installation(PASSWORD)


async def test_whoever_speaks_on_the_bus_with_the_publishers_seed_is_named_and_not_heard(
    site: Installation,
) -> None:
    """Replayed, forged, in another order: the seals are not his to make, and the log goes on by itself."""
    attacker = Attacker(site)
    async with scene(site) as the, places.bus(site.settings, "publisher") as speaking:
        await the.share()
        await the.shown(listed=True)
        granted = await speaking.message(LOG, attacker.newest("access.granted"))
        await the.revoke()
        await the.shown(listed=False)
        async with asyncio.timeout(PATIENCE):
            while (end := await speaking.end(LOG)) is None or end.last < attacker.head:
                await asyncio.sleep(0.05)
        assert granted is not None
        others = [message async for message in _messages(speaking, end.last - 1, end.last)]
        last = end.last
        moved = framing.frame(replace(framing.unframe(granted.body), position=last + 1))
        said = [Message(0, moved, granted.headers), granted, *reversed(others), Message(0, b"forged", {})]
        for number, message in enumerate(said):
            seal = {name: value for name, value in message.headers.items() if name == framing.SEAL}
            await speaking.publish([Outgoing("log.access.granted", message.body, last + number, seal)])
        until(lambda: any(kind == "refused-message" and at == last + 1 for kind, _, at in attacker.alarms()))
        assert (await the.disclosed(the.owner)).status_code == 201
        until(lambda: any(kind == "forked" and name == "publisher" for kind, name, _ in attacker.alarms()))
        position = attacker.head
        listed = await the.other.does("GET", "/accounts", None, **{"strongroom-require": str(position)})
        assert the.account not in str(listed)
    async with places.bus(site.settings, "follower") as follower:
        with pytest.raises(BusAway):
            await follower.publish([Outgoing("log.access.granted", granted.body, last + len(said), granted.headers)])


async def _messages(bus: Bus, first: int, last: int) -> AsyncIterator[Message]:
    for sequence in range(first, last + 1):
        if (message := await bus.message(LOG, sequence)) is not None:
            yield message
