"""The door: who comes in, who has to wait, and what an outsider can learn."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest

from commands.authorisation import authorise
from commands.invitations import InviteAgain
from commands.queries import LookAround
from commands.sign_ins import ChangeOwnPassword, ConfirmSession, Door
from commands.users import DisableUser
from commands.vault import Vault
from domain.base import Author
from domain.errors import Invalid, SessionEnded, SignInRefused, StrongroomError, TooManyAttempts
from domain.secrets import Secret
from domain.sessions import Session
from domain.sign_ins import SignIn
from tests.support.vault import OWN, Person, World, nobody, sign_in

WRONG = "wrong horse battery"
AWAY = nobody("198.51.100.0/24")
LOCK = timedelta(minutes=15)


async def fails(world: World, username: str, times: int = 1, source: str = "198.51.100.0/24") -> None:
    """Wrong passwords, far enough apart not to be slowed down by the name."""
    for _ in range(times):
        with pytest.raises(SignInRefused):
            await world.api.execute(sign_in(username, WRONG), nobody(source))
        world.clock.turn(timedelta(seconds=31))


async def answer(vault: Vault | Door, username: str, password: str, source: str = "198.51.100.0/24") -> str:
    """What an outsider sees."""
    enter = vault.sign_in if isinstance(vault, Door) else vault.execute
    try:
        await enter(sign_in(username, password), nobody(source))
    except StrongroomError as refusal:
        return f"{type(refusal).__name__}: {refusal.detail}"
    return "in"


async def test_signing_in_begins_a_session(world: World, alice: Person) -> None:
    session = await world.api.look(alice.caller).get(Session, alice.signed_in.session_id)
    token = alice.signed_in.token
    assert token[:16] == session.id.bytes
    assert len(token) == 48
    assert session.token_hash == sha256(token).digest()
    assert session.ends_at - session.started_at <= timedelta(hours=8)
    assert session.user_id == alice.id


async def test_names_are_the_same_in_capitals(world: World, alice: Person) -> None:
    assert (await world.enter(" ALICE ")).id == alice.id


@pytest.mark.parametrize("username", ["alice", "nobody", "al\ud800ice", "a\x00", ""])
async def test_a_wrong_name_and_a_wrong_password_are_one(world: World, alice: Person, username: str) -> None:
    with pytest.raises(SignInRefused) as refusal:
        await world.api.execute(sign_in(username, WRONG), nobody())
    assert refusal.value.detail == SignInRefused.title


async def test_a_name_that_nobody_has_costs_the_same(world: World, alice: Person) -> None:
    world.logins.verified = 0
    for username in ("alice", "nobody"):
        with pytest.raises(SignInRefused):
            await world.api.execute(sign_in(username, WRONG), nobody())
    assert world.logins.verified == 2


async def test_a_failure_is_recorded_for_whom_it_concerns_and_no_name_that_nobody_has(
    world: World, alice: Person
) -> None:
    before = world.log.head
    await fails(world, "alice")
    await fails(world, "hunter2-is-my-password")
    assert await world.topics(before) == ["sign-in.failed", "refusal.recorded"]
    assert "hunter2" not in repr(await world.events(before))


async def test_five_failures_lock_their_network_out_and_no_other(world: World, alice: Person) -> None:
    before = world.log.head
    await fails(world, "alice", times=5)
    assert (await world.topics(before))[-1] == "sign-in.locked"
    assert await answer(world.api, "alice", OWN) == await answer(world.api, "nobody", OWN)
    assert await answer(world.api, "alice", OWN, "192.0.2.0/24") == "in"
    world.clock.turn(LOCK)
    assert await answer(world.api, "alice", OWN) == "in"


async def test_a_lock_holds_in_every_process(world: World, alice: Person) -> None:
    await fails(world, "alice", times=5)
    assert await answer(world.process(Author.API), "alice", OWN) != "in"


async def test_attempts_while_locked_out_write_nothing_to_the_persons_stream(world: World, alice: Person) -> None:
    await fails(world, "alice", times=5)
    before = world.log.head
    await fails(world, "alice", times=3)
    assert set(await world.topics(before)) == {"refusal.recorded"}


async def test_mistyping_somebodys_name_does_not_stop_his_work(world: World, alice: Person) -> None:
    """No decision of his rests on his SignIn, so nothing that is written there costs him a retry."""
    work = world.api.look(alice.caller)
    await authorise(work, LookAround())
    assert {alice.id, alice.signed_in.session_id} <= work.reads.keys()
    assert SignIn.create_id(alice.id) not in work.reads


async def test_an_administrator_at_the_machine_is_never_locked_out(world: World, admin: Person) -> None:
    loopback = "127.0.0.0/24"
    await fails(world, "admin", times=6, source=loopback)
    assert await answer(world.api, "admin", OWN, loopback) != "in"
    await world.api.execute(sign_in("admin", OWN, loopback=True), nobody(loopback))


async def test_anybody_else_at_the_machine_is(world: World, alice: Person) -> None:
    loopback = "127.0.0.0/24"
    await fails(world, "alice", times=5, source=loopback)
    with pytest.raises(SignInRefused):
        await world.api.execute(sign_in("alice", OWN, loopback=True), nobody(loopback))


async def test_the_door_slows_every_name_down_alike(world: World, alice: Person) -> None:
    door = Door(world.api)
    seen = {name: [await answer(door, name, WRONG) for _ in range(6)] for name in ("alice", "nobody")}
    assert seen["alice"] == seen["nobody"]
    assert seen["alice"][-1].startswith("TooManyAttempts")
    world.clock.turn(LOCK)
    assert await answer(door, "alice", OWN) == "in"


async def test_the_door_says_how_long_to_wait_and_has_it_recorded(world: World, alice: Person) -> None:
    door = Door(world.api)
    for _ in range(3):
        await answer(door, "alice", WRONG)
    before = world.log.head
    with pytest.raises(TooManyAttempts) as refusal:
        await door.sign_in(sign_in("alice", OWN), AWAY)
    assert refusal.value.retry_after == 1
    assert await world.topics(before) == ["refusal.recorded"]


async def test_the_door_forgets_failures_that_success_followed(world: World, alice: Person) -> None:
    door = Door(world.api, limit=1)
    for _ in range(2):
        await answer(door, "alice", WRONG)
    assert await answer(door, "alice", OWN) == "in"
    assert [await answer(door, "alice", WRONG) for _ in range(2)] == 2 * [f"SignInRefused: {SignInRefused.title}"]


@pytest.mark.parametrize("shut_out", [DisableUser, InviteAgain])
async def test_who_is_shut_out_is_answered_like_a_stranger(
    world: World, admin: Person, alice: Person, shut_out: type[DisableUser | InviteAgain]
) -> None:
    await admin.does(shut_out(user_id=alice.id))
    assert await answer(world.api, "alice", OWN) == await answer(world.api, "nobody", OWN)


async def test_the_oldest_session_makes_room_for_the_newest(world: World, alice: Person) -> None:
    for _ in range(200):
        newest = await world.enter("alice")
    with pytest.raises(SessionEnded):
        await alice.does(ConfirmSession(password=Secret(OWN)))
    await newest.does(ConfirmSession(password=Secret(OWN)))


async def test_changing_ones_own_password_ends_all_other_sessions(world: World, alice: Person) -> None:
    elsewhere = await world.enter("alice")
    await alice.does(ChangeOwnPassword(current=Secret(OWN), new=Secret("a longer password")))
    with pytest.raises(SessionEnded):
        await elsewhere.does(ConfirmSession(password=Secret("a longer password")))
    await alice.does(ConfirmSession(password=Secret("a longer password")))
    assert await answer(world.api, "alice", OWN) != "in"
    await world.enter("alice", "a longer password")


@pytest.mark.parametrize(
    ("current", "new", "where"),
    [(WRONG, "a longer password", "current_password"), (OWN, "short", "new_password"), (OWN, OWN, "new_password")],
)
async def test_a_password_of_ones_own_is_not_changed_without_proof_or_to_a_weak_one(
    world: World, alice: Person, current: str, new: str, where: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        await alice.does(ChangeOwnPassword(current=Secret(current), new=Secret(new)))
    assert refusal.value.field == where
    await world.enter("alice")


async def test_guessing_within_a_stolen_session_is_locked_out_too(world: World, alice: Person) -> None:
    before = world.log.head
    for _ in range(5):
        with pytest.raises(Invalid):
            await alice.does(ConfirmSession(password=Secret(WRONG)))
        world.clock.turn(timedelta(seconds=31))
    with pytest.raises(TooManyAttempts):
        await alice.does(ConfirmSession(password=Secret(OWN)))
    assert (await world.topics(before)).count("sign-in.failed") == 5


async def test_a_session_is_confirmed(world: World, alice: Person) -> None:
    await alice.does(ConfirmSession(password=Secret(OWN)))
    session = await world.api.look(alice.caller).get(Session, alice.signed_in.session_id)
    assert session.confirmed_on is not None
