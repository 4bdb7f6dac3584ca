"""Accounts, their passwords, and showing them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from commands.access import GrantAccess
from commands.accounts import AddAccount, ChangePassword, EditAccount
from commands.base import OnAccount
from commands.disclosures import DisclosePassword
from commands.readings import ReadAuditTrail, ReadPasswordHistory
from commands.settings import ChangePasswordPolicy, ChangeSettings
from domain.access import Level
from domain.accounts import Account
from domain.disclosures import Disclosure, Purpose, Which
from domain.errors import Invalid, NameTaken, NotFound, ReasonRequired, Refused, Stale
from domain.ids import new
from domain.password_policies import Policy
from domain.secrets import Secret
from domain.settings import Rules
from tests.commands.conftest import FIRST, Server
from tests.support.vault import Person, World


def show(server: Server, number: int | None = None, purpose: Purpose = Purpose.VIEW) -> DisclosePassword:
    return DisclosePassword(account_id=server.account, purpose=purpose, number=number)


async def test_a_given_password_comes_back_byte_for_byte(admin: Person, server: Server) -> None:
    weird = " 'quoted' \"$(rm)\" -x 🔑 e\u0301 "
    await admin.does(ChangePassword(account_id=server.account, password=Secret(weird)))
    assert (await admin.sees(show(server))).secret == Secret(weird)


async def test_a_password_is_generated_by_the_policy(admin: Person, server: Server) -> None:
    await admin.does(ChangePasswordPolicy(policy=Policy(length=40, min_specials=0, specials="")))
    assert await admin.does(ChangePassword(account_id=server.account)) == 2
    shown = (await admin.sees(show(server))).secret.reveal()
    assert re.fullmatch("[A-Za-z0-9]{40}", shown)
    await admin.does(ChangePasswordPolicy(policy=Policy()))
    with pytest.raises(Invalid):
        await admin.does(ChangePasswordPolicy(policy=Policy(length=4)))


@pytest.mark.parametrize("password", ["", "a\x00b", "x" * 1025, "\ud83d"])
async def test_a_password_that_no_resource_could_be_given_changes_nothing(
    world: World, admin: Person, server: Server, password: str
) -> None:
    before = world.log.head
    for command in (
        ChangePassword(account_id=server.account, password=Secret(password)),
        AddAccount(resource_id=server.id, username="toor", password=Secret(password)),
    ):
        with pytest.raises(Invalid):
            await admin.does(command)
    assert world.log.head == before


async def test_no_open_password_is_in_any_event(world: World, admin: Person, server: Server) -> None:
    await admin.sees(show(server))
    assert FIRST not in repr(await world.events())
    assert not any(FIRST.encode() in record.state for record in await world.log.read(0, 1000))


async def test_login_names_are_unique_on_a_resource_letter_by_letter(admin: Person, server: Server) -> None:
    with pytest.raises(NameTaken):
        await admin.does(AddAccount(resource_id=server.id, username="root"))
    await admin.does(AddAccount(resource_id=server.id, username="Root"))
    await admin.does(EditAccount(account_id=server.account, username="toor"))
    await admin.does(AddAccount(resource_id=server.id, username="root"))
    with pytest.raises(NameTaken):
        await admin.does(EditAccount(account_id=server.account, username="Root"))


async def test_an_account_is_edited_as_it_was_read(world: World, admin: Person, server: Server) -> None:
    version = (await world.api.look(admin.caller).get(Account, server.account)).version
    await admin.does(EditAccount(account_id=server.account, username="root", description="a", expected_version=version))
    with pytest.raises(Stale):
        await admin.does(EditAccount(account_id=server.account, username="root", expected_version=version))


async def test_an_account_is_on_a_resource_one_can_see(admin: Person, bob: Person, server: Server) -> None:
    for resource in (server.id, new()):
        with pytest.raises(NotFound):
            await bob.does(AddAccount(resource_id=resource, username="x"))


@pytest.mark.parametrize("purpose", list(Purpose))
async def test_a_disclosure_is_recorded_with_its_purpose_and_reason(
    world: World, admin: Person, server: Server, purpose: Purpose
) -> None:
    before = world.log.head
    shown = await admin.sees(show(server, purpose=purpose), reason="deploy", ticket="CHG-1")
    assert (shown.secret.reveal(), shown.number) == (FIRST, 1)
    (event,) = await world.events(before)
    assert isinstance(event, Disclosure.Disclosed)
    assert (event.account_id, event.purpose, event.which) == (server.account, purpose, Which.CURRENT)
    assert (event.provenance.reason, event.provenance.ticket) == ("deploy", "CHG-1")
    assert (event.provenance.actor_id, event.provenance.session_id) == (admin.id, admin.signed_in.session_id)


async def test_a_past_password_is_shown_by_its_number(world: World, admin: Person, server: Server) -> None:
    await admin.does(ChangePassword(account_id=server.account, password=Secret("second")))
    before = world.log.head
    assert (await admin.sees(show(server, number=1))).secret.reveal() == FIRST
    assert (await admin.sees(show(server, number=2))).secret.reveal() == "second"
    said = [(e.password_number, e.which) for e in await world.events(before) if isinstance(e, Disclosure.Disclosed)]
    assert said == [(1, Which.PAST), (2, Which.CURRENT)]


@pytest.mark.parametrize("number", [-1, 2, 99])
async def test_there_is_no_password_of_another_number(admin: Person, server: Server, number: int) -> None:
    with pytest.raises(NotFound):
        await admin.sees(show(server, number=number))


@pytest.mark.parametrize("reason", [None, "", "  "])
async def test_a_reason_is_asked_for_unless_the_settings_do_not(
    world: World, admin: Person, server: Server, reason: str | None
) -> None:
    with pytest.raises(ReasonRequired):
        await admin.sees(show(server), reason=reason)
    await admin.does(ChangeSettings(rules=Rules(reason_required=False)))
    await admin.sees(show(server), reason=reason)
    await admin.does(ChangeSettings(rules=Rules()))
    with pytest.raises(ReasonRequired):
        await admin.sees(show(server), reason=reason)


async def test_settings_are_for_administrators_and_within_bounds(admin: Person, alice: Person) -> None:
    for command in (ChangeSettings(rules=Rules()), ChangePasswordPolicy(policy=Policy())):
        with pytest.raises(Refused):
            await alice.does(command)
    with pytest.raises(Invalid):
        await admin.does(ChangeSettings(rules=Rules(session_hours=99)))


async def test_viewing_is_not_changing(admin: Person, alice: Person, server: Server) -> None:
    await admin.does(GrantAccess(thing=OnAccount(server.account), user_id=alice.id, level=Level.VIEW))
    await alice.sees(show(server))
    refused: list[Any] = [ChangePassword(account_id=server.account)]
    await admin.does(GrantAccess(thing=OnAccount(server.account), user_id=alice.id, level=Level.MODIFY))
    assert await alice.does(refused[0]) == 2
    await admin.does(GrantAccess(thing=OnAccount(server.account), user_id=alice.id, level=Level.VIEW))
    refused.append(EditAccount(account_id=server.account, username="x"))
    for command in refused:
        with pytest.raises(Refused):
            await alice.does(command)


async def test_reading_history_and_trail_is_recorded_once_in_five_minutes(
    world: World, admin: Person, alice: Person, server: Server
) -> None:
    before = world.log.head
    for _ in range(3):
        await admin.does(ReadPasswordHistory(account_id=server.account))
        await admin.does(ReadAuditTrail(question="actor=alice"))
    await admin.does(ReadAuditTrail(question=""))
    assert await world.topics(before) == ["reading.recorded"] * 3
    world.clock.turn(timedelta(minutes=5, seconds=1))
    await admin.does(ReadAuditTrail(question=""))
    assert world.log.head == before + 4
    with pytest.raises(Refused):
        await alice.does(ReadAuditTrail(question=""))
    with pytest.raises(NotFound):
        await alice.does(ReadPasswordHistory(account_id=server.account))
