"""Batches as whoever asked finds them again: newest first, with what has come of each account that he still sees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from commands.access import GrantAccess, RevokeAccess
from commands.accounts import AddAccount
from commands.base import OnAccount
from commands.batches import OpenBatch
from commands.resets import BeginAttempt, ConfirmReset, DoubtReset, FailReset, OpenReset
from commands.resources import PinHostKey
from domain.access import Level
from domain.secrets import Secret
from projections.access import AccessProjection
from projections.accounts import AccountsProjection
from projections.batches import BatchesProjection, BatchName, Counts, list_batches
from projections.pages import Page
from projections.resets import ResetsProjection
from tests.projections.conftest import Server
from tests.support.history import HOST_KEY
from tests.support.vault import Person, World
from tests.support.views import Gallery, viewer

READS = (BatchesProjection, AccessProjection, AccountsProjection, ResetsProjection)
ENDS = (ConfirmReset, FailReset, DoubtReset, None)
"""How a reset of each of the first accounts ends; None: it runs."""


async def accounts(world: World, owner: Person, server: Server, count: int) -> list[UUID]:
    return [
        await owner.does(AddAccount(resource_id=server.id, username=f"u{number}", password=Secret("first password")))
        for number in range(count)
    ]


async def test_each_state_is_counted_of_the_accounts_that_one_still_sees(
    world: World, shown: Gallery, admin: Person, bob: Person, server: Server
) -> None:
    await admin.does(PinHostKey(resource_id=server.id, host_key=HOST_KEY))
    wanted = await accounts(world, admin, server, 6)
    for account in wanted:
        await admin.does(GrantAccess(thing=OnAccount(account), user_id=bob.id, level=Level.MODIFY))
    batch = await bob.does(OpenBatch(account_ids=tuple(wanted)))
    for account, end in zip(wanted, ENDS, strict=False):
        reset = await bob.does(OpenReset(account_id=account, batch_id=batch))
        begun = await world.performs(BeginAttempt(reset_id=reset, lease=timedelta(minutes=1)))
        if end is not None:
            why: dict[str, Any] = {} if end is ConfirmReset else {"because": "no route", "error": "Unreachable"}
            await world.performs(end(reset_id=reset, attempt=begun.attempt, **why))
    await admin.does(RevokeAccess(thing=OnAccount(wanted[-1]), user_id=bob.id))
    await shown.build()
    (found,) = await listed(shown, bob)
    assert (found.id, found.size) == (batch, 6)
    assert found.counts == Counts(confirmed=1, running=1, failed=1, in_doubt=1, unopened=1)


async def test_ones_own_are_listed_newest_first_page_by_page(
    world: World, shown: Gallery, admin: Person, bob: Person, server: Server
) -> None:
    made = []
    for reason in ("first", "second", "third"):
        world.clock.turn(timedelta(seconds=1))
        made.append(await admin.does(OpenBatch(account_ids=(server.account,)), reason=reason))
    await bob.does(OpenBatch(account_ids=(server.account,)))
    await shown.build()
    async with shown.views.reading(*READS) as db:
        reader = viewer(admin.id, "administrator")
        first = await list_batches(db, reader, Page(2))
        second = await list_batches(db, reader, Page(2, None, first.next_cursor))
    assert [each.id for each in (*first.items, *second.items)] == made[::-1]
    assert [each.reason for each in first.items] == ["third", "second"]
    assert second.next_cursor is None


async def listed(shown: Gallery, person: Person) -> list[BatchName]:
    async with shown.views.reading(*READS) as db:
        return list((await list_batches(db, viewer(person.id), Page())).items)
