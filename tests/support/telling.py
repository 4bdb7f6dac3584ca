"""A teller over a real NATS and a trail that a test makes up, and consumers as strangers would connect them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import nats
from nats.aio.client import Client

from domain import ids
from domain.consumers import Consumer
from domain.destinations import Destination, DestinationKind
from ops.bus import AUDIT, Bus, BusAway
from ops.runtime import bus_users, files, readers
from ops.runtime.inboxes import inbox
from ops.runtime.nats import TELLER
from ops.siem.entry import Entry
from tests.ops.siem.sample import SAMPLE
from tests.support.servers import NatsServer
from workers.forwarding.admission import Admission
from workers.forwarding.stream import Stream

MOMENT = datetime(2026, 7, 1, 12, tzinfo=UTC)
TOPICS = (("account.added", 3004), ("sign-in.succeeded", 3002), ("account-password.disclosed", 3004))


def entry(position: int) -> Entry:
    topic, ocsf = TOPICS[position % len(TOPICS)]
    at = (MOMENT + timedelta(seconds=position)).isoformat().replace("+00:00", "Z")
    return replace(SAMPLE, position=position, topic=topic, ocsf=ocsf, recorded_at=at, entry_hash=f"{position:064x}")


@dataclass
class Trail:
    """Everything up to `head`."""

    head: int = 0
    changed: dict[int, Entry] = field(default_factory=dict)

    async def read(self, after: int, limit: int) -> list[Entry]:
        last = min(self.head, after + limit)
        return [self.changed.get(position, entry(position)) for position in range(after + 1, last + 1)]


@dataclass
class Telling:
    """What tells the stream."""

    server: NatsServer
    bus: Bus
    trail: Trail
    destination: Destination
    seeds: dict[str, str] = field(default_factory=dict)
    consumers: list[Consumer] = field(default_factory=list)
    position: int = 0

    async def tell(self, to: int) -> Stream:
        """A connection by which everything up to there is told."""
        self.trail.head = max(self.trail.head, to)
        line = await Stream.open(self.bus, self.destination, self.position, self.trail.read)
        at = line.behind(self.position)
        while entries := await self.trail.read(at, 100):
            await line.send(entries)
            at = entries[-1].position
        self.position = max(self.position, at)
        return line

    async def end(self) -> tuple[int, int]:
        found = await self.bus.end(AUDIT)
        assert found is not None
        return found.last, found.messages

    async def admit(self, name: str, subject: str = "audit.>", after: int = 0) -> None:
        self.seeds[name] = seed = bus_users.new_seed().decode()
        key = bus_users.public_half(seed.encode())
        self.consumers.append(Consumer(name, key, subject, after, "root", MOMENT))
        await self.known()

    async def remove(self, name: str) -> None:
        self.consumers = [each for each in self.consumers if each.name != name]
        await self.known()

    async def known(self) -> None:
        """As worker and supervisor do it, each at its next look."""
        folder = files.folder(self.server.nats.consumers.parent, 0o700)
        admission = Admission(self.bus, folder / "consumers.json")
        admission.tell(self.consumers)
        self.server.nats.look()
        async with asyncio.timeout(10):
            while {each.name for each in self.consumers} != await self._seated(admission):
                await asyncio.sleep(0.05)

    async def _seated(self, admission: Admission) -> set[str]:
        await admission.seat(self.consumers)
        try:
            return {each.name for each in await self.bus.seats(AUDIT)}
        except BusAway:
            return set()

    async def client(self, name: str, **more: Any) -> Client:
        """A plain nats-py connection with a consumer's seed; tried again while the server takes the seed up."""
        for _ in range(100):
            try:
                return await nats.connect(
                    self.server.url, nkeys_seed_str=self.seeds[name], inbox_prefix=inbox(name).encode(),
                    allow_reconnect=False, **{"error_cb": silent, **more},
                )  # fmt: skip
            except nats.errors.Error:
                await asyncio.sleep(0.05)
        raise AssertionError(f"{name} was never let in")


async def silent(_: Exception) -> None: ...


async def taken(client: Client, name: str, count: int, seconds: float = 5) -> list[Any]:
    """Up to so many messages, acknowledged: all that come in time."""
    subscription = await client.jetstream(domain=readers.DOMAIN).pull_subscribe_bind(name, stream=AUDIT)
    found: list[Any] = []
    try:
        while len(found) < count:
            batch = await subscription.fetch(min(100, count - len(found)), timeout=seconds)
            for message in batch:
                await message.ack_sync()
            found += batch
    except TimeoutError:
        pass
    await subscription.unsubscribe()
    return found


def positions(messages: Sequence[Any]) -> list[int]:
    return [message.metadata.sequence.stream for message in messages]


@asynccontextmanager
async def telling(server: NatsServer, after: int = 0) -> AsyncIterator[Telling]:
    bus = Bus(server.url, server.seed(TELLER).read_text(), inbox(TELLER))
    await bus.start()
    async with asyncio.timeout(5):
        while not bus.connected:
            await asyncio.sleep(0.01)
    destination = Destination(ids.new(), "NATS", DestinationKind.NATS, "AUDIT", "", "", None, False, after)
    try:
        yield Telling(server, bus, Trail(), destination, position=after)
    finally:
        await bus.close()
