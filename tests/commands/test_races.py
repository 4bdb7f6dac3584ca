"""What a decision rests on may move before it is recorded: then it is decided again, never recorded as it was."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from commands.access import GrantAccess, RevokeAccess
from commands.accounts import AddAccount, ChangePassword
from commands.base import Command, OnAccount, OnResource
from commands.disclosures import DisclosePassword
from commands.invitations import InviteAgain
from commands.resets import OpenReset
from commands.resources import AddResource, TransferResource
from commands.sessions import EndSessionsOf
from commands.settings import ChangeSettings
from commands.users import DisableUser, GiveRoles
from domain.access import ADMINISTRATOR, PASSWORD_USER, Level
from domain.accounts import Account
from domain.base import Author
from domain.disclosures import Disclosure, Purpose
from domain.errors import Contended, NameTaken, NotFound, Refused, ResetAlreadyOpen, SessionEnded, StrongroomError
from domain.resources import ResourceType
from domain.secrets import Secret
from domain.settings import Rules
from ops.ledger.log import Appended, Idempotency, Record, Submission
from ops.ledger.memory import MemoryLog
from tests.commands.conftest import Server
from tests.support.vault import Person, World


class HeldLog:
    """Another process's way to the log: each append waits until it is let through."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log
        self.arrived = asyncio.Semaphore(0)
        self.through = asyncio.Semaphore(0)

    @property
    def head(self) -> int:
        return self._log.head

    def now(self) -> datetime:
        return self._log.now()

    async def append(self, submission: Submission) -> Appended:
        self.arrived.release()
        await self.through.acquire()
        return await self._log.append(submission)

    async def stream(self, stream: UUID, after: int = 0) -> list[Record]:
        return await self._log.stream(stream, after)

    async def heads(self, streams: Collection[UUID]) -> dict[UUID, int]:
        return await self._log.heads(streams)

    async def read(self, after: int, limit: int) -> list[Record]:
        return await self._log.read(after, limit)

    async def settle(self, key: Idempotency) -> None:
        await self._log.settle(key)

    def on_moved(self, callback: Callable[[UUID, int], None]) -> None:
        """This process learns of what others wrote only when its own append is refused."""


async def raced(
    world: World, person: Person, command: Command[object], meanwhile: Callable[[], Awaitable[object]]
) -> object:
    """Decide `command` in a process of its own, have something else happen, then let it be recorded."""
    log = HeldLog(world.log)
    person.vault = world.process(Author.API, log)
    task = asyncio.create_task(person.does(command))
    await log.arrived.acquire()
    await meanwhile()
    for _ in range(9):
        log.through.release()
    return await task


def show(server: Server) -> DisclosePassword:
    return DisclosePassword(account_id=server.account, purpose=Purpose.VIEW)


Then = Callable[[Person, Server], Command[object]]
LOST: dict[str, tuple[Then, type[StrongroomError]]] = {
    "share revoked": (lambda who, server: RevokeAccess(thing=OnResource(server.id), user_id=who.id), NotFound),
    "role lost": (lambda who, server: GiveRoles(user_id=who.id, roles=frozenset({PASSWORD_USER})), Refused),
    "user disabled": (lambda who, server: DisableUser(user_id=who.id), SessionEnded),
    "invited again": (lambda who, server: InviteAgain(user_id=who.id), SessionEnded),
    "sessions ended": (lambda who, server: EndSessionsOf(user_id=who.id), SessionEnded),
    "narrower share added": (
        lambda who, server: GrantAccess(thing=OnAccount(server.account), user_id=who.id, level=Level.VIEW),
        Refused,
    ),
    "reset opened": (lambda who, server: OpenReset(account_id=server.account), ResetAlreadyOpen),
}


@pytest.mark.parametrize("what", list(LOST))
async def test_what_was_lost_meanwhile_is_lost(
    world: World, admin: Person, bob: Person, server: Server, what: str
) -> None:
    """bob may change the password by a share of the resource, until something happens."""
    happens, refusal = LOST[what]
    await admin.does(GrantAccess(thing=OnResource(server.id), user_id=bob.id, level=Level.MANAGE))
    command: Command[object] = AddAccount(resource_id=server.id, username="toor")
    if what in ("narrower share added", "reset opened"):
        command = ChangePassword(account_id=server.account, password=Secret("too late"))
    with pytest.raises(refusal):
        await raced(world, bob, command, lambda: admin.does(happens(bob, server)))
    topics = await world.topics()
    assert "account.password-changed" not in topics
    assert topics.count("account.added") == 1


async def test_an_old_owner_discloses_nothing_any_more(
    world: World, admin: Person, bob: Person, server: Server
) -> None:
    second = await world.enter("admin")
    handed_over = TransferResource(resource_id=server.id, user_id=bob.id)
    with pytest.raises(NotFound):
        await raced(world, second, show(server), lambda: admin.does(handed_over))
    assert Disclosure.Disclosed.TOPIC not in await world.topics()


async def test_a_disclosure_shows_what_holds_when_it_is_recorded(
    world: World, admin: Person, bob: Person, server: Server
) -> None:
    await admin.does(GrantAccess(thing=OnAccount(server.account), user_id=bob.id, level=Level.VIEW))
    change = ChangePassword(account_id=server.account, password=Secret("second"))
    await raced(world, bob, show(server), lambda: admin.does(change))
    (shown,) = [event for event in await world.events() if isinstance(event, Disclosure.Disclosed)]
    assert shown.password_number == 2


async def test_a_share_that_ends_meanwhile_has_ended(world: World, admin: Person, bob: Person, server: Server) -> None:
    until = world.clock() + timedelta(hours=1)
    await admin.does(GrantAccess(thing=OnAccount(server.account), user_id=bob.id, level=Level.VIEW, until=until))

    async def an_hour_passes() -> None:
        world.clock.turn(timedelta(hours=1))

    with pytest.raises(NotFound):
        await raced(world, bob, show(server), an_hour_passes)


async def test_a_setting_that_changes_meanwhile_holds(world: World, admin: Person, bob: Person, server: Server) -> None:
    """Its stream did not exist: absence is a reading too."""
    await admin.does(GrantAccess(thing=OnAccount(server.account), user_id=bob.id, level=Level.VIEW))
    before = world.log.head
    await raced(world, bob, show(server), lambda: admin.does(ChangeSettings(rules=Rules(session_hours=2))))
    assert await world.topics(before) == ["settings.begun", "account-password.disclosed"]


async def test_disclosures_do_not_wait_for_each_other(world: World, admin: Person, bob: Person, server: Server) -> None:
    await admin.does(GrantAccess(thing=OnAccount(server.account), user_id=bob.id, level=Level.VIEW))
    before = world.log.head
    await raced(world, bob, show(server), lambda: admin.does(show(server)))
    assert await world.topics(before) == ["account-password.disclosed"] * 2


async def test_of_two_changes_each_gets_its_number(world: World, admin: Person, server: Server) -> None:
    second = await world.enter("admin")
    change = ChangePassword(account_id=server.account)
    assert await raced(world, second, change, lambda: admin.does(change)) == 3
    passwords = (await world.api.look(admin.caller).get(Account, server.account)).passwords
    assert [password.number for password in passwords] == [1, 2, 3]


async def test_of_two_resets_one_is_opened(world: World, admin: Person, server: Server) -> None:
    second = await world.enter("admin")
    command = OpenReset(account_id=server.account)
    with pytest.raises(ResetAlreadyOpen):
        await raced(world, second, command, lambda: admin.does(command))
    assert (await world.topics()).count("reset.requested") == 1


async def test_of_two_claims_of_a_name_one_is_granted(world: World, admin: Person) -> None:
    second = await world.enter("admin")
    command = AddResource(name="web", type=ResourceType.LINUX, address="h")
    with pytest.raises(NameTaken):
        await raced(world, second, command, lambda: admin.does(command))
    assert (await world.topics()).count("resource.added") == 1


async def test_who_keeps_losing_is_told_so_and_nothing_is_recorded(world: World, admin: Person, server: Server) -> None:
    second = await world.enter("admin")
    log = HeldLog(world.log)
    second.vault = world.process(Author.API, log)
    task = asyncio.create_task(second.does(ChangePassword(account_id=server.account)))
    for _ in range(3):
        await log.arrived.acquire()
        await admin.does(ChangePassword(account_id=server.account))
        log.through.release()
    with pytest.raises(Contended):
        await task
    assert (await world.topics()).count("account.password-changed") == 3


@pytest.mark.parametrize("narrow", [False, True], ids=["revoked", "narrowed"])
async def test_who_keeps_changing_an_account_cannot_keep_his_share(
    world: World, admin: Person, bob: Person, server: Server, narrow: bool
) -> None:
    """What takes his share away rests on the lists, not on what he does to the account meanwhile."""
    thing = OnResource(server.id) if narrow else OnAccount(server.account)
    await admin.does(GrantAccess(thing=thing, user_id=bob.id, level=Level.MODIFY))
    second = await world.enter("admin")
    log = HeldLog(world.log)
    second.vault = world.process(Author.API, log)
    grant = GrantAccess(thing=OnAccount(server.account), user_id=bob.id, level=Level.VIEW)
    revoke = RevokeAccess(thing=OnAccount(server.account), user_id=bob.id)
    task = asyncio.create_task(second.does(grant if narrow else revoke))
    await log.arrived.acquire()
    await bob.does(ChangePassword(account_id=server.account))
    log.through.release()
    await asyncio.wait_for(task, 5)  # decided once: a second time would wait to be let through
    with pytest.raises((Refused, NotFound)):
        await bob.does(ChangePassword(account_id=server.account))


async def test_the_role_of_an_administrator_is_read_and_not_remembered(admin: Person, alice: Person) -> None:
    await admin.does(GiveRoles(user_id=alice.id, roles=frozenset({ADMINISTRATOR})))
    resource = await alice.does(AddResource(name="hers", type=ResourceType.OTHER, address="h"))
    await admin.does(GiveRoles(user_id=alice.id, roles=frozenset({PASSWORD_USER})))
    with pytest.raises(Refused):
        await alice.does(AddAccount(resource_id=resource, username="x"))
