"""What is at hand: one's own, newest use first, and nothing that one cannot see any more."""

from __future__ import annotations

from datetime import timedelta

from commands.access import GrantAccess, RevokeAccess
from commands.accounts import AddAccount
from commands.base import OnAccount, OnResource
from commands.disclosures import DisclosePassword
from commands.preferences import RemoveFilter, SaveFilter, StarAccount, StarResource, Unstar
from domain import ids
from domain.access import Level
from domain.disclosures import Purpose
from domain.preferences import Preferences
from projections.access import AccessProjection
from projections.accounts import AccountsProjection, list_accounts
from projections.pages import Page
from projections.preferences import PreferencesProjection, list_filters, list_last_used, list_stars
from projections.resources import ResourcesProjection, list_resources
from projections.users import UsersProjection
from tests.projections.conftest import Server, add_server
from tests.support.vault import Person, World
from tests.support.views import Gallery, viewer

READS = (PreferencesProjection, AccessProjection, AccountsProjection, ResourcesProjection, UsersProjection)


async def test_favourites_and_what_was_used_last_are_ones_own_and_visible(
    world: World, shown: Gallery, admin: Person, alice: Person, server: Server
) -> None:
    app = await admin.does(AddAccount(resource_id=server.id, username="app"))
    for account in (server.account, app):
        await admin.does(GrantAccess(thing=OnAccount(account), user_id=alice.id, level=Level.VIEW))
        world.clock.turn(timedelta(seconds=1))
        await alice.sees(DisclosePassword(account_id=account, purpose=Purpose.VIEW))
        await alice.does(StarAccount(account_id=account))
    await admin.does(StarResource(resource_id=server.id))
    await admin.does(StarAccount(account_id=app))
    await admin.does(Unstar(object_id=app))
    mail = await add_server(admin, "mail")
    await admin.does(StarResource(resource_id=mail.id))
    await admin.does(GrantAccess(thing=OnResource(mail.id), user_id=alice.id, level=Level.VIEW))
    third = await admin.does(AddAccount(resource_id=server.id, username="lost"))
    await admin.does(GrantAccess(thing=OnAccount(third), user_id=alice.id, level=Level.VIEW))
    await alice.sees(DisclosePassword(account_id=third, purpose=Purpose.VIEW))
    await alice.does(StarAccount(account_id=third))
    await admin.does(RevokeAccess(thing=OnAccount(third), user_id=alice.id))
    await shown.build()
    async with shown.views.reading(*READS) as db:
        hers, his = viewer(alice.id), viewer(admin.id, "administrator")
        stars = [(each.kind, each.name, each.resource) for each in await list_stars(db, hers)]
        used = [each.name for each in await list_last_used(db, hers)]
        his_stars = [(each.kind, each.name, each.resource) for each in await list_stars(db, his)]
        his_used = await list_last_used(db, his)
        hers_kept = [each.id for each in (await list_accounts(db, hers, Page(), kept=True)).items]
        his_kept = [each.id for each in (await list_resources(db, his, Page(), kept=True)).items]
        nothing: list[object] = [*(await list_resources(db, hers, Page(), kept=True)).items]
        nothing += (await list_accounts(db, his, Page(), kept=True)).items
    assert (set(hers_kept), his_kept, nothing) == ({server.account, app}, [mail.id, server.id], [])
    assert stars == [("account", "app", "web"), ("account", "root", "web")]
    assert used == ["app", "root"]
    assert (his_stars, his_used) == ([("resource", "mail", None), ("resource", "web", None)], [])


async def test_filters_are_ones_own_by_name_the_newest_of_each(shown: Gallery, admin: Person, bob: Person) -> None:
    for name, question in (
        ("Refusals", "outcome=refused"),
        ("all of bob", "actor=1"),
        ("refusals", "q=2"),
        ("x", "q=3"),
    ):
        await admin.does(SaveFilter(name=name, question=question))
    await bob.does(SaveFilter(name="Refusals", question="q=bob"))
    gone = ids.derived("filter/x", Preferences.create_id(admin.id))
    await admin.does(RemoveFilter(filter_id=gone))
    await shown.build("preferences")
    async with shown.views.reading(PreferencesProjection) as db:
        found = await list_filters(db, viewer(admin.id, "administrator"))
    assert [(each.name, each.question) for each in found] == [("all of bob", "actor=1"), ("refusals", "q=2")]
