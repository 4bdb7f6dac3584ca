"""Which destinations there are, and one sender for each in the whole installation."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from commands.base import Caller, Closed
from commands.destinations import SECRET
from commands.vault import Vault
from domain.consumers import Consumers
from domain.destinations import Destination, DestinationKind, Destinations
from domain.errors import StrongroomError
from domain.secrets import Secret
from ops.ledger.claims import Claims
from ops.ledger.cursors import Cursors
from ops.ledger.errors import LedgerError
from ops.logging import Log
from ops.siem import transport
from ops.siem.entry import Veil
from workers.forwarding.admission import Admission
from workers.forwarding.base import Line, NotTaken
from workers.forwarding.sender import Alarm, Read, Sender
from workers.forwarding.stream import Stream
from workers.forwarding.syslog import Syslog
from workers.forwarding.webhook import Webhook
from workers.lending import Lender

LOOK = 1.0
"""Seconds between looks at who is to be sent to, and whose sender has fallen."""

log = Log("strongroom.forwarder")


@dataclass(frozen=True, slots=True)
class Means:
    """What sending takes. `local` lets events be sent to this machine."""

    vault: Vault
    lender: Lender
    caller: Caller
    read: Read
    cursors: Cursors
    claims: Claims
    veil: Veil
    alarm: Alarm
    local: bool
    admission: Admission | None
    """None in a worker without a seed for NATS."""


@dataclass
class Forwarder:
    """Follows the log's word on destinations; each sender is a task that nothing waits for."""

    means: Means
    _running: dict[UUID, asyncio.Task[None]] = field(default_factory=dict)

    async def run(self) -> None:
        """Until cancelled; senders say farewell then."""
        try:
            while True:
                try:
                    await self._look()
                except (StrongroomError, LedgerError) as trouble:
                    log.warning("who is to be sent to cannot be told just now", problem=type(trouble).__name__)
                await asyncio.sleep(LOOK)
        finally:
            await self._end(list(self._running))

    async def _look(self) -> None:
        means = self.means
        wanted = await self._wanted()
        await self._admit()
        held = await means.claims.still()
        await self._end([one for one in self._running if one not in wanted or one not in held])
        for one, destination in wanted.items():
            if one in self._running and not self._running[one].done():
                continue
            if await means.claims.take(one):
                self._running[one] = asyncio.create_task(self._sender(destination).run())

    async def _admit(self) -> None:
        """Consumers too, once witnesses have seen that they are wanted."""
        if (admission := self.means.admission) is None:
            return
        look = self.means.vault.look(self.means.caller)
        known = await look.find(Consumers, Consumers.create_id())
        await self.means.vault.rely(look)
        consumers = () if known is None else known.all
        admission.tell(consumers)
        if await self.means.claims.take(Consumers.create_id()):
            await admission.seat(consumers)

    async def _wanted(self) -> Mapping[UUID, Destination]:
        """Those that are not paused, once witnesses have seen that they are wanted."""
        look = self.means.vault.look(self.means.caller)
        known = await look.find(Destinations, Destinations.create_id())
        await self.means.vault.rely(look)
        return {} if known is None else {each.id: each for each in known.all if each.id not in known.paused}

    async def _end(self, gone: list[UUID]) -> None:
        tasks = [self._running.pop(one) for one in gone]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for one in gone:
            await self.means.claims.give(one)

    def _sender(self, destination: Destination) -> Sender:
        veil = self.means.veil if destination.pseudonyms else None
        return Sender(
            destination, self.means.read, lambda position: self._opened(destination, position), self.means.cursors,
            lambda entry: entry if veil is None else entry.veiled(veil), self.means.alarm,
        )  # fmt: skip

    async def _opened(self, destination: Destination, position: int) -> Line:
        """Secrets are opened for one connection, and held no longer."""
        if destination.kind is DestinationKind.NATS:
            return await self._stream(destination, position)
        secret = await self._secret(destination)
        try:
            tls = transport.context(destination, secret)
            places = await transport.places_of(*destination.place, self.means.local)
        except transport.Unusable as error:
            raise NotTaken(str(error)) from error
        except OSError as error:
            raise NotTaken(f"its name leads nowhere: {error.strerror or error}") from error
        if destination.kind is DestinationKind.SYSLOG:
            return await Syslog.open(places, destination.place[0], tls)
        assert secret is not None
        return Webhook(destination.address, places, tls, secret)

    async def _stream(self, destination: Destination, position: int) -> Line:
        if self.means.admission is None:
            raise NotTaken("the worker has no seed for NATS: lay its share anew (docs/operations.md)")
        return await Stream.open(self.means.admission.bus, destination, position, self.means.read)

    async def _secret(self, destination: Destination) -> Secret | None:
        if destination.secret is None:
            return None
        return await self.means.lender.open(Closed(destination.secret, destination.id, SECRET, 0))
