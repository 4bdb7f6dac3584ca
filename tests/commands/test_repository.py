"""What a process remembers of streams: brought up to date by what came since, never wrong, never shared."""

from __future__ import annotations

from uuid import UUID

from commands.access import GrantAccess, RevokeAccess
from commands.base import OnAccount
from commands.repository import Repository
from domain.access import Level
from domain.access_lists import AccessList
from domain.base import Author
from ops.ledger.log import Record
from ops.ledger.memory import MemoryLog
from tests.commands.conftest import Server
from tests.support.vault import Person, World


class CountingLog:
    """The log, and how many records were read of which stream."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log
        self.read_of: dict[UUID, list[int]] = {}

    async def stream(self, stream: UUID, after: int = 0) -> list[Record]:
        records = await self._log.stream(stream, after)
        self.read_of.setdefault(stream, []).append(len(records))
        return records

    def on_moved(self, callback: object) -> None:
        self._log.on_moved(callback)  # type: ignore[arg-type]


async def change(owner: Person, server: Server, times: int, who: UUID) -> None:
    thing = OnAccount(server.account)
    for _ in range(times):
        await owner.does(GrantAccess(thing=thing, user_id=who, level=Level.VIEW))
        await owner.does(RevokeAccess(thing=thing, user_id=who))


def repository(world: World) -> tuple[Repository, CountingLog]:
    log = CountingLog(world.log)
    return Repository(log, world.mapper(Author.API)), log  # type: ignore[arg-type]


async def test_only_what_came_since_is_read(world: World, admin: Person, alice: Person, server: Server) -> None:
    known, log = repository(world)
    stream = AccessList.create_id(server.account)
    await change(admin, server, 20, alice.id)
    first = await known.load(stream)
    await change(admin, server, 1, alice.id)
    second = await known.load(stream)
    assert log.read_of[stream] == [first.version, 2]
    assert second.version == first.version + 2


async def test_it_is_what_a_fold_from_the_beginning_says(
    world: World, admin: Person, alice: Person, server: Server
) -> None:
    known, _ = repository(world)
    stream = AccessList.create_id(server.account)
    for _ in range(5):
        await change(admin, server, 1, alice.id)
        await admin.does(GrantAccess(thing=OnAccount(server.account), user_id=alice.id, level=Level.MODIFY))
        remembered, fresh = await known.load(stream), await repository(world)[0].load(stream)
        assert remembered.version == fresh.version
        assert vars_of(remembered.aggregate) == vars_of(fresh.aggregate)
        await admin.does(RevokeAccess(thing=OnAccount(server.account), user_id=alice.id))


async def test_what_somebody_holds_does_not_move_under_him(
    world: World, admin: Person, alice: Person, server: Server
) -> None:
    known, _ = repository(world)
    stream = AccessList.create_id(server.account)
    await change(admin, server, 1, alice.id)
    held = await known.load(stream)
    before = vars_of(held.aggregate)
    await admin.does(GrantAccess(thing=OnAccount(server.account), user_id=alice.id, level=Level.VIEW))
    assert (await known.load(stream)).aggregate is not held.aggregate
    assert vars_of(held.aggregate) == before


async def test_absence_is_remembered_until_it_ends(world: World, admin: Person, alice: Person, server: Server) -> None:
    known, log = repository(world)
    stream = AccessList.create_id(server.account)
    assert (await known.load(stream)).aggregate is None
    assert (await known.load(stream)).version == 0
    await admin.does(GrantAccess(thing=OnAccount(server.account), user_id=alice.id, level=Level.VIEW))
    assert (await known.load(stream)).version == 2
    assert log.read_of[stream] == [0, 2]


def vars_of(aggregate: object) -> dict[str, object]:
    return {name: value for name, value in vars(aggregate).items() if name != "_pending_events"}
