"""Imports: opened by whoever may add accounts, for what was previewed; places are found by name, and only one's own."""

from __future__ import annotations

import pytest

from commands.imports import EndImport, FindPlace, OpenImport, Place
from domain import ids
from domain.errors import Conflict, NotFound, Refused
from domain.forecasts import Known
from domain.imports import Import
from domain.resources import ResourceType
from tests.commands.conftest import Server
from tests.support.vault import Person, World

DIGEST = "d" * 64
COUNTS = {"resources": 1, "accounts": 1, "there": 0, "failed": 0}


async def opened(by: Person) -> Import:
    made = await by.does(OpenImport(digest=DIGEST, previewed=DIGEST, rows=1))
    return await by.world.api.look(by.caller).get(Import, made)


async def test_it_is_opened_and_ended_by_one_person(world: World, admin: Person, bob: Person) -> None:
    mine = await opened(admin)
    assert (mine.requested_by, mine.digest, mine.rows) == (admin.caller.id, DIGEST, 1)
    with pytest.raises(NotFound):
        await bob.does(EndImport(import_id=mine.id, **COUNTS))
    before = world.log.head
    await admin.does(EndImport(import_id=mine.id, **COUNTS))
    await admin.does(EndImport(import_id=mine.id, **COUNTS))
    assert await world.topics(before) == ["import.ended"]


async def test_what_does_not_exist_is_not_ended(admin: Person) -> None:
    with pytest.raises(NotFound):
        await admin.does(EndImport(import_id=ids.new(), **COUNTS))


async def test_another_file_than_the_previewed_one_is_not_opened(world: World, admin: Person) -> None:
    before = world.log.head
    with pytest.raises(Conflict):
        await admin.does(OpenImport(digest=DIGEST, previewed="e" * 64, rows=1))
    assert await world.topics(before) == []


async def test_whoever_may_not_add_accounts_neither_opens_nor_looks(world: World, alice: Person) -> None:
    before = world.log.head
    for command in (OpenImport(digest=DIGEST, previewed=DIGEST, rows=1), FindPlace(resource="web", username="root")):
        with pytest.raises(Refused):
            await alice.does(command)
    assert await world.topics(before) == ["refusal.recorded"] * 2


async def test_a_place_is_found_by_its_names(admin: Person, server: Server) -> None:
    web = Known(server.id, "web", ResourceType.LINUX, "web.example.org", None)
    assert await admin.does(FindPlace(resource="WEB", username="root")) == Place(web, server.account)
    assert await admin.does(FindPlace(resource="web", username="Root")) == Place(web, None)
    assert await admin.does(FindPlace(resource="web", username="")) == Place(web, None)
    assert await admin.does(FindPlace(resource="db", username="root")) == Place(None, None)


async def test_of_what_others_own_nothing_is_found(bob: Person, server: Server) -> None:
    assert await bob.does(FindPlace(resource="web", username="root")) == Place(None, None)
