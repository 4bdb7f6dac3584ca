"""Consumers of the stream AUDIT: an operator admits and removes them at the command line, on the record."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from commands.base import Command
from commands.ground import Ground, Keys, opened, system
from commands.operators import operator
from commands.work import Work
from domain.access import Operation
from domain.base import Author
from domain.consumers import EVERYTHING, Consumer, Consumers, checked
from domain.destinations import DestinationKind, Destinations
from domain.errors import Invalid, NotFound
from domain.provenance import Channel
from ops.bus import Bus
from ops.crypto import keyfiles
from ops.ledger.extent import position_before
from ops.runtime import bus_users
from ops.runtime.inboxes import inbox
from ops.settings import Settings

PATIENCE = 15.0
"""Seconds that worker and NATS get to let a new consumer in."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is to read what. `begin` is a position, or a moment: the first event to be read is that, or the next one.
    None: from now on."""

    name: str
    subject: str = EVERYTHING
    begin: int | datetime | None = None
    out: Path | None = None
    """Where the seed goes, for its owner alone; shown when None."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """`seed` is None when it went into a file; `let_in` whether NATS knows it by now; `told` whether anything tells the
    stream."""

    position: int
    after: int
    seed: str | None
    let_in: bool
    told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmitConsumer(Command[None]):
    """Let whoever holds the seed read events behind `after`; from now on when that is None."""

    name: str
    public_key: str
    subject: str
    after: int | None
    operator: str

    needs = Operation.SYSTEM_SET_UP

    async def execute(self, work: Work) -> None:
        if self.after is not None and self.after > work.since:
            raise Invalid("The log has not come that far.", "after")
        after = work.since if self.after is None else self.after
        consumer = Consumer(self.name, self.public_key, self.subject, after, self.operator, work.now)
        checked(consumer)
        known = await work.find(Consumers, Consumers.create_id())
        if known is None:
            known = Consumers()
            work.add_beside(known)
        known.admit(consumer)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveConsumer(Command[None]):
    """Let it read nothing any more."""

    name: str
    operator: str

    needs = Operation.SYSTEM_SET_UP

    async def execute(self, work: Work) -> None:
        if (known := await work.find(Consumers, Consumers.create_id())) is None:
            raise NotFound("There is no consumer of that name.")
        known.remove(self.name, self.operator)


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewConsumers(Command[Sequence[Consumer]]):
    """All of them, read where the worker reads them; it changes nothing."""

    needs = Operation.SYSTEM_VIEW

    async def execute(self, work: Work) -> Sequence[Consumer]:
        return await _all(work)


def admit(settings: Settings, wanted: Wanted) -> Admitted:
    """Its seed is worth nothing before it is recorded that it was admitted, and is not kept anywhere."""
    seed = bus_users.new_seed()
    if wanted.out is not None:
        keyfiles.put(wanted.out.absolute(), seed + b"\n")
    try:
        return asyncio.run(_admit(settings, wanted, seed))
    except BaseException:
        if wanted.out is not None:
            wanted.out.unlink(missing_ok=True)
        raise


def remove(settings: Settings, name: str) -> int:
    """The position at which it was recorded; worker and NATS take it up within seconds."""
    return asyncio.run(_remove(settings, name))


def listed(settings: Settings) -> Sequence[Consumer]:
    return asyncio.run(_listed(settings))


async def _admit(settings: Settings, wanted: Wanted, seed: bytes) -> Admitted:
    async with opened(settings, Keys.read(settings, Author.SYSTEM)) as ground:
        after = await _after(ground, wanted.begin)
        command = AdmitConsumer(
            name=wanted.name, public_key=bus_users.public_half(seed), subject=wanted.subject, after=after,
            operator=operator(),
        )  # fmt: skip
        position = (await ground.vault.execute(command, system(Channel.COMMAND_LINE))).position
        look = ground.vault.look(system(Channel.COMMAND_LINE))
        begins = next(each.after for each in await _all(look) if each.name == wanted.name)
        destinations = await look.find(Destinations, Destinations.create_id())
    told = destinations is not None and any(each.kind is DestinationKind.NATS for each in destinations.all)
    shown = seed.decode() if wanted.out is None else None
    return Admitted(position, begins, shown, await _let_in(settings, wanted.name, seed), told)


async def _after(ground: Ground, begin: int | datetime | None) -> int | None:
    if isinstance(begin, datetime):
        return await position_before(ground.pool, begin)
    return None if begin is None else begin - 1


async def _let_in(settings: Settings, name: str, seed: bytes) -> bool:
    bus = Bus(settings.bus_url, seed.decode(), inbox(name), ca=settings.nats_ca)
    await bus.start()
    try:
        return await bus.comes_up(PATIENCE)
    finally:
        await bus.close()


async def _remove(settings: Settings, name: str) -> int:
    async with opened(settings, Keys.read(settings, Author.SYSTEM)) as ground:
        command = RemoveConsumer(name=name, operator=operator())
        return (await ground.vault.execute(command, system(Channel.COMMAND_LINE))).position


async def _listed(settings: Settings) -> Sequence[Consumer]:
    async with opened(settings, Keys.read(settings, Author.SYSTEM)) as ground:
        return await _all(ground.vault.look(system(Channel.COMMAND_LINE)))


async def _all(work: Work) -> Sequence[Consumer]:
    known = await work.find(Consumers, Consumers.create_id())
    return () if known is None else known.all
