"""The first minutes of a vault."""

from __future__ import annotations

import pytest

from commands.invitations import AcceptInvitation
from commands.runs import NoteStart, NoteStop
from commands.set_up import SetUp
from domain import access
from domain.access import ADMINISTRATOR, BUILT_IN_ROLES
from domain.base import Author
from domain.errors import Invalid, InvitationRefused, Refused, SignInRefused, WrongRoots
from domain.logs import Log
from domain.roles import Role
from domain.secrets import Secret
from tests.support.vault import OWN, SYSTEM, Person, World, nobody


def set_up(world: World, event_root: bytes = b"e") -> SetUp:
    return SetUp(log_id=world.log_id, product_version="1", event_root=event_root, secret_root=b"s")


async def test_the_log_begins_with_its_genesis(world: World) -> None:
    await world.set_up()
    first, *_ = await world.events()
    assert isinstance(first, Log.Opened)
    assert (first.log_id, first.event_root) == (world.log_id, b"e")
    assert await world.topics(after=1) == [
        "role.defined", "role.defined", "user.added", "name.reserved", "sign-in.invited",
    ]  # fmt: skip


async def test_the_first_administrator_sets_his_password_with_a_link(world: World) -> None:
    invitation = await world.set_up()
    assert invitation is not None
    accept = AcceptInvitation(token=Secret(invitation.token), password=Secret(OWN))
    assert (await world.api.execute(accept, nobody())).value == "admin"
    await world.enter("admin")


async def test_a_link_that_was_lost_is_replaced_until_somebody_can_sign_in(world: World) -> None:
    lost, found = await world.set_up(), await world.set_up()
    assert lost is not None
    assert found is not None
    with pytest.raises(InvitationRefused):
        await world.api.execute(AcceptInvitation(token=Secret(lost.token), password=Secret(OWN)), nobody())
    await world.api.execute(AcceptInvitation(token=Secret(found.token), password=Secret(OWN)), nobody())
    before = world.log.head
    assert await world.set_up() is None
    assert world.log.head == before


async def test_a_password_may_be_given_at_the_start(world: World) -> None:
    assert await world.set_up(Secret(OWN)) is None
    await world.enter("admin")


async def test_a_password_given_later_lets_the_first_administrator_in(world: World) -> None:
    await world.set_up()
    with pytest.raises(SignInRefused):
        await world.enter("admin")
    assert await world.set_up(Secret(OWN)) is None
    await world.enter("admin")


async def test_a_weak_first_password_sets_nothing_up(world: World) -> None:
    with pytest.raises(Invalid):
        await world.set_up(Secret("short"))
    assert world.log.head == 0


async def test_a_log_is_not_continued_under_other_roots(world: World) -> None:
    await world.set_up()
    with pytest.raises(WrongRoots):
        await world.system.execute(set_up(world, b"another"), SYSTEM)


async def test_people_cannot_set_a_vault_up(world: World, admin: Person) -> None:
    with pytest.raises(Refused):
        await admin.does(set_up(world))


async def test_the_built_in_roles_follow_the_release(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.set_up()
    fewer = BUILT_IN_ROLES[ADMINISTRATOR] - {access.Operation.AUDIT_READ}
    monkeypatch.setitem(BUILT_IN_ROLES, ADMINISTRATOR, fewer)
    before = world.log.head
    await world.system.execute(set_up(world), SYSTEM)
    changed = (await world.events(before))[0]
    assert isinstance(changed, Role.Redefined)
    assert changed.operations == fewer


async def test_starts_and_stops_are_recorded_once(world: World) -> None:
    run = (await world.system.execute(NoteStart(process="api", product_version="1"), SYSTEM)).value
    for _ in range(2):
        await world.system.execute(NoteStop(run_id=run, because="asked"), SYSTEM)
    assert await world.topics() == ["system.started", "system.stopped"]
    assert {record.author for record in await world.log.read(0, 9)} == {Author.SYSTEM}
