"""Moving an account to another resource: what goes with it, whose sight ends, whose begins, and who may."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from commands.access import GrantAccess, RevokeAccess
from commands.accounts import AddAccount, ChangePassword, EditAccount
from commands.base import OnAccount, OnResource, Thing
from commands.disclosures import DisclosePassword
from commands.moves import MoveAccount
from commands.queries import ViewAccount
from commands.resets import BeginAttempt, DoubtReset, NoteStep, OpenReset
from commands.resources import AddResource, PinHostKey, TransferResource
from commands.users import GiveRoles, GiveScope
from domain.access import PASSWORD_USER, Level, Scope
from domain.access_lists import AccessList
from domain.accounts import Account
from domain.disclosures import Purpose
from domain.errors import Invalid, NameTaken, NotFound, ResetAlreadyOpen, Stale, StrongroomError
from domain.ids import new
from domain.resets import Step
from domain.resources import ResourceType
from domain.secrets import Secret
from tests.commands.conftest import FIRST, HOST_KEY, Server
from tests.commands.test_races import raced
from tests.support.vault import Person, World

MINUTE = timedelta(minutes=1)
MOVED = ["access.opened", "account.moved", "access.moved", "name.reserved", "name.released", "access.narrower-opened"]


@pytest.fixture
async def there(admin: Person) -> UUID:
    """Another resource of the same owner, at another address and with no account yet."""
    resource = await admin.does(AddResource(name="db", type=ResourceType.LINUX, address="db.example.org", port=2022))
    await admin.does(PinHostKey(resource_id=resource, host_key=HOST_KEY))
    return resource


def move(server: Server, to: UUID, version: int | None = None) -> MoveAccount:
    return MoveAccount(account_id=server.account, resource_id=to, expected_version=version)


def show(server: Server, number: int | None = None) -> DisclosePassword:
    return DisclosePassword(account_id=server.account, purpose=Purpose.VIEW, number=number)


def grant(thing: Thing, to: Person, level: Level = Level.VIEW) -> GrantAccess:
    return GrantAccess(thing=thing, user_id=to.id, level=level)


async def said(person: Person, command: MoveAccount) -> str:
    with pytest.raises(StrongroomError) as refusal:
        await person.does(command)
    return f"{type(refusal.value).__name__}: {refusal.value.detail}"


async def test_a_move_is_one_append_of_the_account_its_list_and_both_names(
    world: World, admin: Person, server: Server, there: UUID
) -> None:
    before = world.log.head
    await admin.does(move(server, there))
    assert sorted(await world.topics(before)) == sorted(MOVED)
    (moved,) = [event for event in await world.events(before) if isinstance(event, Account.Moved)]
    assert (moved.from_id, moved.to_id) == (server.id, there)


async def test_what_the_account_has_been_goes_with_it(admin: Person, server: Server, there: UUID) -> None:
    await admin.does(ChangePassword(account_id=server.account, password=Secret("second")))
    await admin.does(move(server, there))
    assert (await admin.sees(show(server, 1))).secret == Secret(FIRST)
    assert (await admin.sees(show(server))).secret == Secret("second")


async def test_sight_by_the_old_resource_ends_by_the_new_one_begins_and_a_share_of_the_account_stays(
    world: World, admin: Person, alice: Person, bob: Person, server: Server, there: UUID
) -> None:
    carol = await world.person(admin, "carol")
    await admin.does(grant(OnResource(server.id), alice))
    await admin.does(grant(OnResource(there), bob))
    await admin.does(grant(OnAccount(server.account), carol))
    await admin.does(move(server, there))
    with pytest.raises(NotFound):
        await alice.sees(show(server))
    await bob.sees(show(server))
    await carol.sees(show(server))
    await admin.does(move(server, server.id))
    with pytest.raises(NotFound):
        await bob.sees(show(server))
    await alice.sees(show(server))


async def test_the_name_is_free_where_it_was_and_taken_where_it_is(admin: Person, server: Server, there: UUID) -> None:
    await admin.does(move(server, there))
    with pytest.raises(NameTaken):
        await admin.does(AddAccount(resource_id=there, username="root"))
    twin = await admin.does(AddAccount(resource_id=server.id, username="root"))
    with pytest.raises(NameTaken):
        await admin.does(move(server, server.id))
    await admin.does(EditAccount(account_id=twin, username="toor"))
    await admin.does(move(server, server.id))
    await admin.does(AddAccount(resource_id=there, username="root"))


async def test_a_move_to_where_it_is_is_none(world: World, admin: Person, server: Server) -> None:
    before = world.log.head
    with pytest.raises(Invalid):
        await admin.does(move(server, server.id))
    assert world.log.head == before


async def test_a_move_is_of_the_account_as_it_was_read(admin: Person, server: Server, there: UUID) -> None:
    await admin.does(EditAccount(account_id=server.account, username="root", description="changed"))
    with pytest.raises(Stale):
        await admin.does(move(server, there, version=1))
    await admin.does(move(server, there, version=2))


@pytest.mark.parametrize("level", [Level.VIEW, Level.MODIFY])
async def test_a_move_takes_the_management_of_both(
    admin: Person, bob: Person, server: Server, there: UUID, level: Level
) -> None:
    here_only, there_only = [grant(OnResource(each), bob, Level.MANAGE) for each in (server.id, there)]
    await admin.does(here_only)
    await admin.does(grant(OnResource(there), bob, level))
    assert await said(bob, move(server, there)) == "Refused: This needs the level MANAGE on it."
    await admin.does(there_only)
    await admin.does(grant(OnResource(server.id), bob, level))
    assert await said(bob, move(server, there)) == "Refused: This needs the level MANAGE on it."
    await admin.does(here_only)
    await bob.does(move(server, there))


async def test_a_foreign_resource_is_as_good_as_none_and_the_try_is_recorded(
    world: World, admin: Person, bob: Person, server: Server, there: UUID
) -> None:
    await admin.does(grant(OnResource(server.id), bob, Level.MANAGE))
    before = world.log.head
    foreign, absent, an_account = [await said(bob, move(server, to)) for to in (there, new(), server.account)]
    assert foreign == absent == an_account == f"NotFound: {NotFound.title}"
    assert await world.topics(before) == ["refusal.recorded"] * 3


async def test_a_foreign_account_is_as_good_as_none(admin: Person, bob: Person, server: Server) -> None:
    own = await bob.does(AddResource(name="his", type=ResourceType.LINUX, address="h"))
    foreign, absent = [
        await said(bob, MoveAccount(account_id=each, resource_id=own)) for each in (server.account, new())
    ]
    assert foreign == absent == f"NotFound: {NotFound.title}"


async def test_a_role_that_adds_no_accounts_moves_none(admin: Person, bob: Person, server: Server, there: UUID) -> None:
    for resource in (server.id, there):
        await admin.does(grant(OnResource(resource), bob, Level.MANAGE))
    await admin.does(GiveRoles(user_id=bob.id, roles=frozenset({PASSWORD_USER})))
    assert (await said(bob, move(server, there))).startswith("Refused: Your role does not include")


async def test_who_manages_for_a_time_moves_nothing_for_good(
    world: World, admin: Person, bob: Person, server: Server
) -> None:
    end = world.clock() + timedelta(hours=1)
    await admin.does(GrantAccess(thing=OnResource(server.id), user_id=bob.id, level=Level.MANAGE, until=end))
    own = await bob.does(AddResource(name="his", type=ResourceType.LINUX, address="h"))
    assert (await said(bob, move(server, own))).startswith("Refused: Your own share of it ends")


async def test_the_scope_over_everything_moves_and_is_recorded_for_both(
    world: World, admin: Person, bob: Person, server: Server, there: UUID
) -> None:
    await admin.does(GiveScope(user_id=bob.id, scope=Scope.ALL))
    before = world.log.head
    await bob.does(move(server, there))
    assert (await world.topics(before)).count("all-scope.used") == 2


@pytest.mark.parametrize("doubt", [False, True], ids=["open", "in doubt"])
async def test_an_account_with_a_reset_stays(
    world: World, admin: Person, server: Server, there: UUID, doubt: bool
) -> None:
    reset = await admin.does(OpenReset(account_id=server.account))
    if doubt:
        attempt = (await world.performs(BeginAttempt(reset_id=reset, lease=MINUTE))).attempt
        await world.performs(NoteStep(reset_id=reset, attempt=attempt, step=Step.HANDING_OVER))
        await world.performs(DoubtReset(reset_id=reset, attempt=attempt, because="it went away", error="unreachable"))
    with pytest.raises(ResetAlreadyOpen):
        await admin.does(move(server, there))
    assert "account.moved" not in await world.topics()


async def test_a_reset_goes_to_where_the_account_is(world: World, admin: Person, server: Server, there: UUID) -> None:
    await admin.does(move(server, there))
    reset = await admin.does(OpenReset(account_id=server.account))
    orders = await world.performs(BeginAttempt(reset_id=reset, lease=MINUTE))
    assert (orders.resource_id, orders.address, orders.port) == (there, "db.example.org", 2022)


async def test_the_new_owner_keeps_no_share_of_what_he_owns(
    admin: Person, bob: Person, server: Server, there: UUID
) -> None:
    await admin.does(grant(OnAccount(server.account), bob))
    await admin.does(TransferResource(resource_id=there, user_id=bob.id))
    back = grant(OnResource(there), admin, Level.MANAGE)
    await bob.does(back)
    await admin.does(move(server, there))
    await admin.does(move(server, server.id))
    with pytest.raises(NotFound):
        await bob.does(ViewAccount(server.account))


async def test_a_hand_over_ends_the_shares_of_what_was_moved_in_and_not_of_what_was_moved_away(
    world: World, admin: Person, alice: Person, bob: Person, server: Server, there: UUID
) -> None:
    """Neither giver nor receiver keeps a share on an account of the resource; on others he does."""
    await admin.does(grant(OnAccount(server.account), bob))
    await admin.does(move(server, there))
    await admin.does(TransferResource(resource_id=server.id, user_id=bob.id))
    await bob.sees(show(server))
    await admin.does(TransferResource(resource_id=there, user_id=bob.id))
    own = await world.api.look(admin.caller).get(AccessList, AccessList.create_id(server.account))
    assert own.grants == ()


Meanwhile = Callable[[Person, Person, Server, UUID], Awaitable[object]]
MEANWHILE: dict[str, tuple[Meanwhile, type[StrongroomError]]] = {
    "a reset is opened": (lambda a, b, s, to: a.does(OpenReset(account_id=s.account)), ResetAlreadyOpen),
    "the name is taken there": (lambda a, b, s, to: a.does(AddAccount(resource_id=to, username="root")), NameTaken),
    "it was moved": (lambda a, b, s, to: a.does(move(s, to)), Invalid),
    "his share of it is lost": (
        lambda a, b, s, to: a.does(RevokeAccess(thing=OnResource(s.id), user_id=b.id)), NotFound
    ),
    "his share there is lost": (lambda a, b, s, to: a.does(RevokeAccess(thing=OnResource(to), user_id=b.id)), NotFound),
}  # fmt: skip


@pytest.mark.parametrize("what", list(MEANWHILE))
async def test_what_a_move_rests_on_guards_it(
    world: World, admin: Person, bob: Person, server: Server, there: UUID, what: str
) -> None:
    happens, refusal = MEANWHILE[what]
    for resource in (server.id, there):
        await admin.does(grant(OnResource(resource), bob, Level.MANAGE))
    with pytest.raises(refusal):
        await raced(world, bob, move(server, there), lambda: happens(admin, bob, server, there))
    assert (await world.topics()).count("account.moved") == (what == "it was moved")


async def test_no_reset_is_opened_where_the_account_was(
    world: World, admin: Person, server: Server, there: UUID
) -> None:
    second = await world.enter("admin")
    opening = OpenReset(account_id=server.account)
    reset = await raced(world, second, opening, lambda: admin.does(move(server, there)))
    assert isinstance(reset, UUID)
    assert (await world.performs(BeginAttempt(reset_id=reset, lease=MINUTE))).resource_id == there


@pytest.mark.parametrize("listed", [False, True], ids=["without a list", "with a list"])
async def test_who_saw_by_the_old_resource_discloses_nothing_behind_the_move(
    world: World, admin: Person, alice: Person, bob: Person, server: Server, there: UUID, listed: bool
) -> None:
    await admin.does(grant(OnResource(server.id), alice, Level.MODIFY))
    if listed:
        await admin.does(grant(OnAccount(server.account), bob))
    for command in (show(server), ChangePassword(account_id=server.account)):
        with pytest.raises(NotFound):
            await raced(world, alice, command, lambda: admin.does(move(server, there)))
        await admin.does(move(server, server.id))


async def test_a_share_is_not_given_or_taken_by_who_manages_the_old_resource(
    world: World, admin: Person, alice: Person, bob: Person, server: Server, there: UUID
) -> None:
    """These rest on the account's list, not on the account."""
    thing = OnAccount(server.account)
    await admin.does(grant(OnResource(server.id), bob, Level.MANAGE))
    await admin.does(grant(thing, alice))
    for command in (grant(thing, alice, Level.MODIFY), RevokeAccess(thing=thing, user_id=alice.id)):
        with pytest.raises(NotFound):
            await raced(world, bob, command, lambda: admin.does(move(server, there)))
        await admin.does(move(server, server.id))
