"""Batches: what is wanted is recorded once, and each account's reset is opened once, by whoever may."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from commands.accounts import AddAccount
from commands.batches import OpenBatch, ViewBatch
from commands.resets import BeginAttempt, FailReset, OpenReset
from domain import ids
from domain.base import Author
from domain.batches import MOST, Batch
from domain.errors import Invalid, NotFound, ReasonRequired, ResetAlreadyOpen
from domain.resets import Reset
from domain.secrets import Secret
from tests.commands.conftest import Server
from tests.support.vault import Person, World


async def a_second(admin: Person, server: Server) -> UUID:
    return await admin.does(AddAccount(resource_id=server.id, username="second", password=Secret("Old 2")))


async def test_each_account_is_reset_once_by_a_batch(world: World, admin: Person, server: Server) -> None:
    second = await a_second(admin, server)
    batch = await admin.does(OpenBatch(account_ids=(server.account, second)))
    opened = [await admin.does(OpenReset(account_id=each, batch_id=batch)) for each in (server.account, second)]
    seen = world.api.look(admin.caller)
    assert opened == [(await seen.get(Batch, batch)).reset_of(each) for each in (server.account, second)]
    assert [(await seen.get(Reset, each)).account_id for each in opened] == [server.account, second]


async def test_asked_for_again_when_it_has_ended_it_is_still_the_same(
    world: World, admin: Person, server: Server
) -> None:
    """Whoever goes on with half a batch may not know how far it came."""
    batch = await admin.does(OpenBatch(account_ids=(server.account,)))
    reset = await admin.does(OpenReset(account_id=server.account, batch_id=batch))
    orders = await world.performs(BeginAttempt(reset_id=reset, lease=timedelta(minutes=2)))
    await world.performs(FailReset(reset_id=reset, attempt=orders.attempt, because="no", error="NotChanged"))
    with pytest.raises(ResetAlreadyOpen):
        await admin.does(OpenReset(account_id=server.account, batch_id=batch))


async def test_what_the_batch_does_not_name_is_not_opened_by_it(admin: Person, server: Server) -> None:
    batch = await admin.does(OpenBatch(account_ids=(server.account,)))
    with pytest.raises(Invalid, match="does not name"):
        await admin.does(OpenReset(account_id=await a_second(admin, server), batch_id=batch))


async def test_a_batch_is_there_for_whoever_opened_it_alone(world: World, admin: Person, server: Server) -> None:
    batch = await admin.does(OpenBatch(account_ids=(server.account,)))
    eve = await world.person(admin, "eve", "administrator")
    with pytest.raises(NotFound):
        await eve.does(ViewBatch(batch))
    with pytest.raises(NotFound):
        await eve.does(OpenReset(account_id=server.account, batch_id=batch))
    await admin.does(ViewBatch(batch))


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ((), "at least one"),
        (tuple(ids.new() for _ in range(MOST + 1)), "at most"),
        ((UUID(int=1), UUID(int=1)), "twice"),
    ],
    ids=["none", "too many", "twice"],
)
async def test_a_batch_names_some_accounts_once_each(admin: Person, wanted: tuple[UUID, ...], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        await admin.does(OpenBatch(account_ids=wanted))


async def test_a_batch_needs_a_reason(admin: Person, server: Server) -> None:
    with pytest.raises(ReasonRequired):
        await admin.does(OpenBatch(account_ids=(server.account,)), reason=None)


async def test_the_largest_batch_is_recorded(world: World, admin: Person) -> None:
    wanted = tuple(ids.new() for _ in range(MOST))
    batch = await admin.does(OpenBatch(account_ids=wanted))
    assert (await world.process(Author.API).look(admin.caller).get(Batch, batch)).account_ids == set(wanted)
