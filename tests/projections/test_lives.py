"""An account's life as a picture needs it: who is told what of it, who held it from when to when, and how often."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from commands.access import GrantAccess, RevokeAccess
from commands.base import OnAccount, OnResource
from commands.disclosures import DisclosePassword
from commands.moves import MoveAccount
from commands.resources import AddResource, TransferResource
from domain.access import Level
from domain.disclosures import Purpose
from domain.errors import Invalid, NotFound
from domain.resources import ResourceType
from projections.access import AccessProjection
from projections.audit import AuditProjection
from projections.lives import STRETCHES, Held, Mark, Window, list_held, list_marks, list_timeline
from tests.projections.conftest import Server
from tests.support.vault import Person
from tests.support.views import Gallery, viewer

ADMIN = "administrator"
HOUR = timedelta(hours=1)


async def held(shown: Gallery, by: Person, server: Server, window: Window, role: str = ADMIN) -> list[Held]:
    async with shown.views.reading(AuditProjection, AccessProjection) as db:
        return (await list_held(db, viewer(by.id, role), server.account, window))[0]


async def marks(shown: Gallery, by: Person, server: Server, window: Window) -> list[Mark]:
    async with shown.views.reading(AuditProjection, AccessProjection) as db:
        return await list_marks(db, viewer(by.id, ADMIN), server.account, window)


def said(bars: list[Held], begin: datetime) -> list[tuple[str, str, str, str | None, float, float | None]]:
    """Each bar by whose it is, what, on what ground, and its hours since `begin`."""
    return [
        (
            each.holder.name, each.level, each.ground, each.resource, hours(each.begun_at, begin),
            None if each.ended_at is None else hours(each.ended_at, begin),
        )
        for each in bars
    ]  # fmt: skip


def hours(at: datetime, begin: datetime) -> float:
    return round((at - begin) / HOUR, 2)


async def test_an_accounts_life_is_told_to_who_sees_it_and_others_doings_to_auditors(
    shown: Gallery, admin: Person, alice: Person, bob: Person, server: Server
) -> None:
    disclose = DisclosePassword(account_id=server.account, purpose=Purpose.VIEW)
    await admin.does(GrantAccess(thing=OnAccount(server.account), user_id=alice.id, level=Level.VIEW))
    for person in (admin, alice):
        await person.sees(disclose)
    with pytest.raises(NotFound):
        await bob.sees(disclose)
    await shown.build("audit", "access")
    window = Window(shown.world.clock())
    async with shown.views.reading(AuditProjection, AccessProjection) as db:
        his, whole = await list_timeline(db, viewer(admin.id, ADMIN), server.account, window)
        hers, part = await list_timeline(db, viewer(alice.id), server.account, window)
        unseen, _ = await list_timeline(db, viewer(bob.id, ADMIN), server.account, window)
    shown_to = [("account-password.disclosed", "alice"), ("account-password.disclosed", "admin")]
    began = [("access.granted", "admin"), ("account.added", "admin")]
    assert [(each.topic, each.actor.name) for each in his] == [("refusal.recorded", "bob"), *shown_to, *began]
    assert [(each.topic, each.actor.name) for each in hers] == [shown_to[0], began[1]]
    assert (whole, part, unseen) == (True, False, [])


async def test_who_held_it_is_told_from_the_grant_to_what_ended_it(
    shown: Gallery, admin: Person, alice: Person, bob: Person, server: Server
) -> None:
    """A change of level, a revocation, an end by itself, another owner, and another resource."""
    clock = shown.world.clock
    begin, both = clock(), (OnResource(server.id), OnAccount(server.account))
    mail = await admin.does(
        AddResource(name="mail", type=ResourceType.LINUX, address="mail.example.org", port=22, description="")
    )
    await admin.does(GrantAccess(thing=OnResource(mail), user_id=alice.id, level=Level.MANAGE))
    clock.turn(HOUR)
    await admin.does(GrantAccess(thing=both[0], user_id=alice.id, level=Level.VIEW))
    clock.turn(HOUR)
    await admin.does(GrantAccess(thing=both[0], user_id=alice.id, level=Level.MODIFY))
    await admin.does(GrantAccess(thing=both[1], user_id=bob.id, level=Level.VIEW, until=clock() + HOUR))
    clock.turn(2 * HOUR)
    await admin.does(RevokeAccess(thing=both[0], user_id=alice.id))
    clock.turn(HOUR)
    await admin.does(MoveAccount(account_id=server.account, resource_id=mail))
    clock.turn(HOUR)
    await admin.does(TransferResource(resource_id=mail, user_id=bob.id))
    await shown.build("audit", "access")
    window = Window(clock())
    bars = await held(shown, bob, server, window)
    assert sorted(said(bars, begin)) == [
        ("admin", "OWNER", "owner", "mail", 5, 6),
        ("admin", "OWNER", "owner", "web", 0, 5),
        ("alice", "MANAGE", "resource", "mail", 5, None),
        ("alice", "MODIFY", "resource", "web", 2, 4),
        ("alice", "VIEW", "resource", "web", 1, 2),
        ("bob", "OWNER", "owner", "mail", 6, None),
        ("bob", "VIEW", "account", None, 2, 3),
    ]
    by_itself = next(each for each in bars if each.ground == "account")
    assert (by_itself.ended, by_itself.until) == (None, begin + 3 * HOUR)
    between = Window(clock(), begin + 4.5 * HOUR, begin + 4.75 * HOUR)
    assert [each[3] for each in said(await held(shown, bob, server, between), begin)] == ["web"]
    assert await held(shown, admin, server, window) == []


async def test_who_does_not_audit_is_told_what_he_held_himself_and_nothing_of_others(
    shown: Gallery, admin: Person, alice: Person, bob: Person, server: Server
) -> None:
    begin = shown.world.clock()
    for person in (alice, bob):
        await admin.does(GrantAccess(thing=OnAccount(server.account), user_id=person.id, level=Level.VIEW))
    await shown.build("audit", "access")
    bars = await held(shown, alice, server, Window(begin), "password-user")
    assert said(bars, begin) == [("alice", "VIEW", "account", None, 0, None)]


async def test_a_thousand_events_are_as_many_marks_as_a_picture_has_room_for_and_none_is_left_out(
    shown: Gallery, admin: Person, server: Server
) -> None:
    clock = shown.world.clock
    begin = clock()
    disclose = DisclosePassword(account_id=server.account, purpose=Purpose.VIEW)
    for _ in range(1000):
        clock.turn(timedelta(seconds=7))
        await admin.sees(disclose)
    await shown.build("audit", "access")
    found = [each for each in await marks(shown, admin, server, Window(clock())) if each.topic.endswith("disclosed")]
    assert sum(each.times for each in found) == 1000
    assert STRETCHES / 2 < len(found) <= STRETCHES + 1
    assert all(each.first_at <= each.last_at for each in found)
    near = Window(clock(), begin + timedelta(seconds=8), begin + timedelta(seconds=22))
    assert [each.times for each in await marks(shown, admin, server, near)] == [1, 1]


def test_a_window_that_ends_before_it_begins_is_refused(shown: Gallery) -> None:
    now = shown.world.clock()
    with pytest.raises(Invalid, match="later than the beginning"):
        Window(now, now)
    with pytest.raises(Invalid, match="later than the beginning"):
        Window(now, now - HOUR, now - HOUR)
