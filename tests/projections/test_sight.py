"""Who sees a thing and why, and what a share would change: explained as it is decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from commands.access import GrantAccess, RevokeAccess
from commands.accounts import AddAccount, ChangePassword
from commands.base import OnResource
from commands.disclosures import DisclosePassword
from domain import ids
from domain.access import Grant, Level, Subject, SubjectKind
from domain.disclosures import Purpose
from domain.errors import Invalid
from domain.secrets import Secret
from projections.access import AccessProjection
from projections.accounts import AccountsProjection
from projections.preferences import PreferencesProjection
from projections.sight import (
    Sight,
    get_consequence_on_account,
    get_consequence_on_resource,
    list_sight_of_account,
    list_sight_of_resource,
)
from projections.stands import Levels
from projections.users import UsersProjection
from tests.projections.conftest import Server
from tests.projections.test_questions import ADMINISTRATORS, APP, HAS, ROOT, WEB
from tests.support.company import Company
from tests.support.vault import Person, World
from tests.support.views import Gallery, viewer

READS = (AccessProjection, UsersProjection, AccountsProjection, PreferencesProjection)


def now() -> datetime:
    return datetime.now(UTC)


def share(user: UUID, level: str, until: datetime | None = None) -> Grant:
    return Grant(Subject(SubjectKind.USER, user), Level[level], until)


def said(sights: list[Sight]) -> dict[str, tuple[str | None, str | None, str | None]]:
    """By name: level, ground, and what it hides."""
    return {each.user.username: (each.stand.level, each.stand.ground, each.stand.hides) for each in sights}


@pytest.mark.parametrize("thing", [WEB, ROOT, APP])
async def test_it_names_exactly_those_who_see_it_at_the_level_they_have(company: Company, thing: str) -> None:
    look = list_sight_of_account if " on " in thing else list_sight_of_resource
    async with company.told() as ask:
        found: list[Sight] = await ask(look, "max", company.things[thing], now())
    able = {each.user.username: each.stand.level for each in found if each.able and each.stand.level}
    assert able == {name: has[thing] for name, has in HAS.items() if thing in has}
    assert {each.user.username for each in found if not each.able} == {"gus", "ivy"}


async def test_it_says_by_what_and_what_that_hides(company: Company) -> None:
    async with company.told() as ask:
        root = said(await ask(list_sight_of_account, "max", company.things[ROOT], now()))
        web = await ask(list_sight_of_resource, "max", company.things[WEB], now())
    assert root["admin"] == ("OWNER", "owner", None)
    assert root["sid"] == ("MANAGE", "everything", None)
    assert root["kay"] == ("MODIFY", "resource", None)
    assert root["nia"] == ("VIEW", "account", "MODIFY")
    assert root["amy"] == ("VIEW", "account", None)
    assert root["ned"] == ("MODIFY", "resource", None)
    assert said(web)["amy"] == (None, None, None)
    counted = {each.user.username: each.stand.accounts for each in web}
    assert counted["nia"] == Levels(view=1, modify=1)
    assert counted["amy"] == Levels(view=1)
    assert counted["admin"] == Levels(manage=2)


async def test_it_is_for_those_who_manage_it(company: Company) -> None:
    async with company.told() as ask:
        for name in ADMINISTRATORS:
            for thing, look, ask_change in (
                (WEB, list_sight_of_resource, get_consequence_on_resource),
                (ROOT, list_sight_of_account, get_consequence_on_account),
            ):
                manages = HAS[name].get(thing) in ("MANAGE", "OWNER")
                id = company.things[thing]
                assert (await ask(look, name, id, now()) is not None) == manages, (name, thing)
                told = await ask(ask_change, name, id, company.ids["vic"], None, now())
                assert (told is not None) == manages, (name, thing)


@dataclass(frozen=True)
class Case:
    """Who gets which share of what, and how his level there and on the accounts goes on."""

    name: str
    thing: str
    level: str | None
    before: tuple[str | None, Levels]
    after: tuple[str | None, Levels]
    narrower: int = 0


CASES = (
    Case("vic", WEB, "MODIFY", ("VIEW", Levels(view=2)), ("MODIFY", Levels(modify=2))),
    Case("vic", WEB, None, ("VIEW", Levels(view=2)), (None, Levels())),
    Case("nia", WEB, None, ("MODIFY", Levels(1, 1)), (None, Levels(view=1)), narrower=1),
    Case("nia", ROOT, None, ("VIEW", Levels(view=1)), ("MODIFY", Levels(modify=1))),
    Case("ray", APP, "VIEW", (None, Levels()), ("VIEW", Levels(view=1))),
    Case("max", APP, "VIEW", ("MANAGE", Levels(manage=1)), ("VIEW", Levels(view=1))),
    Case("sid", WEB, None, ("MANAGE", Levels(manage=2)), ("MANAGE", Levels(manage=2))),
    Case("ned", WEB, None, ("MODIFY", Levels(modify=2)), (None, Levels())),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}, {case.thing}, {case.level}")
async def test_what_a_share_would_change_is_said_before(company: Company, case: Case) -> None:
    """Taking a narrow share back can give more; what is shared already with the account itself stays as it is."""
    user, thing = company.ids[case.name], company.things[case.thing]
    ask_change = get_consequence_on_account if " on " in case.thing else get_consequence_on_resource
    async with company.told() as ask:
        grant = None if case.level is None else share(user, case.level)
        found = await ask(ask_change, "admin", thing, user, grant, now())
    assert (found.before.level, found.before.accounts) == case.before
    assert (found.after.level, found.after.accounts) == case.after
    assert found.narrower == case.narrower


async def test_what_was_said_is_what_comes(
    world: World, shown: Gallery, admin: Person, alice: Person, server: Server
) -> None:
    """A share is given and taken back; each time the log decides as the explanation had it."""
    await admin.does(AddAccount(resource_id=server.id, username="app", password=Secret("another one")))
    await shown.build()
    until = world.clock.at + timedelta(hours=1)
    for grant in (share(alice.id, "MODIFY", until), None):
        before = await consequence(shown, admin, server, alice, grant)
        if grant is None:
            await admin.does(RevokeAccess(thing=OnResource(server.id), user_id=alice.id))
        else:
            await admin.does(
                GrantAccess(thing=OnResource(server.id), user_id=alice.id, level=grant.level, until=grant.until)
            )
        for each in READS:
            await shown.continued(await shown.serving(each.name), 100)
        after = await consequence(shown, admin, server, alice, grant)
        assert after.before == before.after == after.after
        assert before.after.until == (None if grant is None else until)


async def test_passwords_seen_since_they_were_set_are_named_to_those_who_read_the_trail(
    world: World, shown: Gallery, admin: Person, alice: Person, server: Server
) -> None:
    app = await admin.does(AddAccount(resource_id=server.id, username="app", password=Secret("another one")))
    await admin.does(GrantAccess(thing=OnResource(server.id), user_id=alice.id, level=Level.VIEW))
    for account in (server.account, app):
        await alice.sees(DisclosePassword(account_id=account, purpose=Purpose.VIEW))
    world.clock.turn(timedelta(seconds=1))
    await admin.does(ChangePassword(account_id=app, password=Secret("a fresh one")))
    await shown.build()
    found = await consequence(shown, admin, server, alice, None)
    assert [(each.account_id, each.username) for each in found.known] == [(server.account, "root")]
    blind = viewer(admin.id, "administrator")
    blind = type(blind)(blind.id, frozenset(each for each in blind.operations if each != "audit.read"))
    async with shown.views.reading(*READS) as db:
        other = await get_consequence_on_account(db, blind, server.account, alice.id, None, now())
    assert other is not None
    assert other.known is None


async def test_nobody_is_no_user(shown: Gallery, admin: Person, server: Server) -> None:
    await shown.build()
    async with shown.views.reading(*READS) as db:
        reader = viewer(admin.id, "administrator")
        with pytest.raises(Invalid, match="no such user"):
            await get_consequence_on_account(db, reader, server.account, ids.new(), None, now())


async def consequence(shown: Gallery, asker: Person, server: Server, whom: Person, grant: Grant | None) -> Any:
    async with shown.views.reading(*READS) as db:
        reader = viewer(asker.id, "administrator")
        return await get_consequence_on_resource(db, reader, server.id, whom.id, grant, now())
