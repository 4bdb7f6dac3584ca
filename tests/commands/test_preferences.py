"""Keeping things at hand: one's own, and only what one can see."""

from __future__ import annotations

import pytest

from commands.access import GrantAccess, RevokeAccess
from commands.base import OnAccount
from commands.preferences import RemoveFilter, SaveFilter, StarAccount, StarResource, Unstar
from domain.access import Level
from domain.errors import NotFound, Refused
from domain.preferences import Preferences
from tests.commands.conftest import Server
from tests.support.vault import Person, World


async def test_one_stars_what_one_sees_and_unstars_even_what_one_sees_no_more(
    world: World, admin: Person, alice: Person, server: Server
) -> None:
    for star in (StarAccount(account_id=server.account), StarResource(resource_id=server.id)):
        with pytest.raises(NotFound):
            await alice.does(star)
    share = GrantAccess(thing=OnAccount(server.account), user_id=alice.id, level=Level.VIEW)
    await admin.does(share)
    await alice.does(StarAccount(account_id=server.account))
    with pytest.raises(NotFound):
        await alice.does(StarResource(resource_id=server.id))
    await admin.does(RevokeAccess(thing=OnAccount(server.account), user_id=alice.id))
    before = world.log.head
    await alice.does(Unstar(object_id=server.account))
    await alice.does(Unstar(object_id=server.account))
    assert await world.topics(before) == ["preferences.unstarred"]


async def test_filters_are_for_whoever_reads_the_trail_and_are_ones_own(
    world: World, admin: Person, alice: Person
) -> None:
    await admin.does(SaveFilter(name="Refusals", question="outcome=refused"))
    with pytest.raises(Refused):
        await alice.does(SaveFilter(name="Refusals", question="outcome=refused"))
    kept = await world.api.look(admin.caller).get(Preferences, Preferences.create_id(admin.id))
    [filter_id] = kept.filters
    other = await world.person(admin, "other", "administrator")
    with pytest.raises(NotFound):
        await other.does(RemoveFilter(filter_id=filter_id))
    await admin.does(RemoveFilter(filter_id=filter_id))
