"""Resets, as people ask for them and workers carry them out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from commands.access import GrantAccess
from commands.accounts import ChangePassword
from commands.base import OnResource
from commands.disclosures import DisclosePassword
from commands.probes import VerifyPassword
from commands.resets import (
    BeginAttempt,
    ConfirmReset,
    DoubtReset,
    FailReset,
    NoteStep,
    OpenReset,
    Orders,
    PutOffReset,
    SettleReset,
)
from commands.resources import PinHostKey
from domain.access import Level
from domain.accounts import BETWEEN_LOGINS, Account, ResetState
from domain.disclosures import Disclosure, Purpose, Which
from domain.errors import (
    AttemptRunning,
    AttemptSuperseded,
    Invalid,
    NotFound,
    ProbedTooSoon,
    ReasonRequired,
    Refused,
    ResetAlreadyOpen,
    ResetUncertain,
)
from domain.ids import new
from domain.notices import Notice, NoticeKind
from domain.resets import LOGIN_REFUSED, Outcome, Step
from domain.secrets import Secret
from tests.commands.conftest import FIRST, HOST_KEY, Server
from tests.support.vault import Person, World

LEASE = timedelta(minutes=2)


@pytest.fixture
async def reset(admin: Person, server: Server) -> UUID:
    return await admin.does(OpenReset(account_id=server.account))


@pytest.fixture
async def orders(world: World, reset: UUID) -> Orders:
    return await world.performs(BeginAttempt(reset_id=reset, lease=LEASE))


def show(server: Server, number: int | None = None) -> DisclosePassword:
    return DisclosePassword(account_id=server.account, purpose=Purpose.VIEW, number=number)


def last(orders: Orders) -> dict[str, Any]:
    """Names the attempt in what a worker reports."""
    return {"reset_id": orders.reset_id, "attempt": orders.attempt}


def trouble(orders: Orders) -> dict[str, Any]:
    return {**last(orders), "because": "The connection broke.", "error": "CutOff"}


async def state(world: World, admin: Person, server: Server) -> tuple[ResetState, int]:
    """How the account stands: its reset, and the number of its password."""
    found = await world.api.look(admin.caller).get(Account, server.account)
    return found.reset_state, found.password.number


async def test_the_candidate_is_written_down_before_anything_is_touched(
    world: World, admin: Person, server: Server
) -> None:
    before = world.log.head
    reset = await admin.does(OpenReset(account_id=server.account), reason="monthly")
    requested, opened = await world.events(before)
    assert (requested.TOPIC, opened.TOPIC) == ("reset.requested", "account.reset-opened")
    assert requested.originator_id == reset
    assert requested.provenance.reason == "monthly"


async def test_orders_hold_all_that_a_worker_needs(
    world: World, admin: Person, server: Server, reset: UUID, orders: Orders
) -> None:
    assert (orders.attempt, orders.until - world.log.now()) <= (1, LEASE)
    assert (orders.username, orders.address, orders.port) == ("root", "web.example.org", 22)
    assert orders.host_key == HOST_KEY
    assert (orders.maybe_set, orders.in_doubt) == (False, False)
    sealer = world.sealer()
    current, candidate = [
        (await sealer.open(each.secret, each.owner, each.field)).reveal() for each in (orders.current, orders.candidate)
    ]
    assert current == FIRST
    assert len(candidate) == 24


async def test_a_confirmed_reset_brings_its_candidate_and_keeps_the_old_password(
    world: World, admin: Person, server: Server, orders: Orders
) -> None:
    for step in (Step.CONNECTED, Step.SIGNED_IN, Step.HANDING_OVER, Step.TAKEN, Step.VERIFIED):
        await world.performs(NoteStep(**last(orders), step=step))
    await world.performs(ConfirmReset(**last(orders)))
    assert await state(world, admin, server) == (ResetState.NONE, 2)
    assert (await admin.sees(show(server, 1))).secret.reveal() == FIRST
    assert (await admin.sees(show(server))).secret.reveal() != FIRST


async def test_a_failed_reset_leaves_the_password_and_tells_who_asked(
    world: World, admin: Person, server: Server, orders: Orders
) -> None:
    before = world.log.head
    await world.performs(FailReset(**trouble(orders)))
    assert await state(world, admin, server) == (ResetState.NONE, 1)
    (notice,) = [event for event in await world.events(before) if isinstance(event, Notice.Raised)]
    assert (notice.kind, notice.user_id, notice.object_id) == (NoticeKind.RESET_FAILED, admin.id, server.account)


async def test_an_attempt_put_off_leaves_the_reset_open(
    world: World, admin: Person, server: Server, orders: Orders
) -> None:
    await world.performs(PutOffReset(**trouble(orders)))
    assert await state(world, admin, server) == (ResetState.OPEN, 1)
    again = await world.performs(BeginAttempt(reset_id=orders.reset_id, lease=LEASE), worker=new())
    assert again.attempt == 2
    assert again.candidate == orders.candidate


@pytest.mark.parametrize(("outcome", "number"), [(Outcome.NEW, 2), (Outcome.OLD, 1)])
async def test_doubt_keeps_both_passwords_at_hand_until_it_is_settled(
    world: World, admin: Person, server: Server, orders: Orders, outcome: Outcome, number: int
) -> None:
    await world.performs(NoteStep(**last(orders), step=Step.HANDING_OVER))
    with pytest.raises(ResetUncertain):
        await world.performs(FailReset(**trouble(orders)))
    before = world.log.head
    await world.performs(DoubtReset(**trouble(orders)))
    assert await world.topics(before) == ["notice.raised", "reset.in-doubt", "account.reset-in-doubt"]
    shown = [(await admin.sees(show(server, each))).secret.reveal() for each in (None, 2)]
    which = [event.which for event in await world.events(before) if isinstance(event, Disclosure.Disclosed)]
    assert which == [Which.CURRENT, Which.CANDIDATE]
    again = await world.performs(BeginAttempt(reset_id=orders.reset_id, lease=LEASE))
    assert (again.maybe_set, again.in_doubt) == (True, True)
    await world.performs(SettleReset(**last(again), outcome=outcome))
    assert await state(world, admin, server) == (ResetState.NONE, number)
    assert (await admin.sees(show(server))).secret.reveal() == shown[number - 1]


async def test_doubt_is_told_once(world: World, orders: Orders) -> None:
    await world.performs(NoteStep(**last(orders), step=Step.HANDING_OVER))
    await world.performs(DoubtReset(**trouble(orders)))
    again = await world.performs(BeginAttempt(reset_id=orders.reset_id, lease=LEASE))
    before = world.log.head
    await world.performs(DoubtReset(**trouble(again)))
    assert await world.topics(before) == ["reset.in-doubt"]


async def test_a_candidate_is_shown_only_in_doubt(admin: Person, server: Server, orders: Orders) -> None:
    with pytest.raises(NotFound):
        await admin.sees(show(server, 2))


async def test_one_worker_at_a_time(world: World, orders: Orders) -> None:
    rival = new()
    with pytest.raises(AttemptRunning):
        await world.performs(BeginAttempt(reset_id=orders.reset_id, lease=LEASE), worker=rival)
    world.clock.turn(LEASE + timedelta(seconds=1))
    with pytest.raises(AttemptSuperseded):
        await world.performs(NoteStep(**last(orders), step=Step.HANDING_OVER))
    await world.performs(BeginAttempt(reset_id=orders.reset_id, lease=LEASE), worker=rival)
    with pytest.raises(AttemptSuperseded):
        await world.performs(ConfirmReset(**last(orders)))


@pytest.mark.parametrize("lease", [timedelta(0), timedelta(minutes=11)])
async def test_a_lease_has_a_length(world: World, reset: UUID, lease: timedelta) -> None:
    with pytest.raises(Invalid):
        await world.performs(BeginAttempt(reset_id=reset, lease=lease))


@pytest.mark.parametrize("outcome", list(Outcome))
async def test_while_a_reset_is_open_nothing_else_replaces_the_password(
    world: World, admin: Person, server: Server, orders: Orders, outcome: Outcome
) -> None:
    for command in (OpenReset(account_id=server.account), ChangePassword(account_id=server.account)):
        with pytest.raises(ResetAlreadyOpen):
            await admin.does(command)
    await world.performs(NoteStep(**last(orders), step=Step.HANDING_OVER))
    await world.performs(DoubtReset(**trouble(orders)))
    with pytest.raises(ResetAlreadyOpen) as refusal:
        await admin.does(ChangePassword(account_id=server.account, password=Secret("by hand")))
    assert "doubt" in refusal.value.detail


async def test_what_a_reset_needs(admin: Person, alice: Person, server: Server) -> None:
    with pytest.raises(ReasonRequired):
        await admin.does(OpenReset(account_id=server.account), reason=None)
    await admin.does(PinHostKey(resource_id=server.id, host_key=None))
    with pytest.raises(Invalid) as refusal:
        await admin.does(OpenReset(account_id=server.account))
    assert refusal.value.field == "host_key"
    await admin.does(GrantAccess(thing=OnResource(server.id), user_id=alice.id, level=Level.VIEW))
    with pytest.raises(Refused):
        await alice.does(OpenReset(account_id=server.account))


async def test_no_look_tries_a_password_that_a_reset_has_only_just_found_refused(
    world: World, admin: Person, server: Server, orders: Orders
) -> None:
    await world.performs(FailReset(**{**trouble(orders), "error": LOGIN_REFUSED}))
    await admin.does(ChangePassword(account_id=server.account, password=Secret("another guess")))
    with pytest.raises(ProbedTooSoon, match="A reset was refused"):
        await admin.does(VerifyPassword(account_id=server.account))
    world.clock.turn(BETWEEN_LOGINS + timedelta(seconds=1))
    await admin.does(VerifyPassword(account_id=server.account))


async def test_people_perform_no_resets(admin: Person, reset: UUID) -> None:
    report: dict[str, Any] = {"reset_id": reset, "attempt": 1}
    words: dict[str, Any] = {"because": "", "error": ""}
    for command in (
        BeginAttempt(reset_id=reset, lease=LEASE),
        NoteStep(**report, step=Step.TAKEN),
        PutOffReset(**report, **words),
        ConfirmReset(**report),
        FailReset(**report, **words),
        DoubtReset(**report, **words),
        SettleReset(**report, outcome=Outcome.NEW),
    ):
        with pytest.raises(Refused):
            await admin.does(command)


async def test_workers_do_nothing_else(world: World, server: Server) -> None:
    for command in (show(server), ChangePassword(account_id=server.account), OpenReset(account_id=server.account)):
        with pytest.raises(Refused):
            await world.performs(command)
