"""What to do next about a reset that came to nothing, beside why: on its page, and in its batch."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commands.batches import OpenBatch
from commands.resets import BeginAttempt, ConfirmReset, DoubtReset, FailReset, OpenReset, PutOffReset
from commands.resources import PinHostKey
from domain.troubles import NEXT_STEPS
from projections.access import AccessProjection
from projections.accounts import AccountsProjection
from projections.batches import BatchesProjection, get_batch
from projections.resets import ResetsProjection, get_reset
from projections.resources import ResourcesProjection
from projections.users import UsersProjection
from tests.projections.conftest import Server
from tests.support.history import HOST_KEY
from tests.support.vault import Person, World
from tests.support.views import Gallery, viewer

READS = (
    AccessProjection, AccountsProjection, BatchesProjection, ResetsProjection, ResourcesProjection, UsersProjection,
)  # fmt: skip


@pytest.mark.parametrize("end", [PutOffReset, FailReset, DoubtReset, ConfirmReset])
async def test_a_next_step_stands_beside_why_until_it_is_done(
    world: World, shown: Gallery, admin: Person, server: Server, end: type
) -> None:
    await admin.does(PinHostKey(resource_id=server.id, host_key=HOST_KEY))
    batch = await admin.does(OpenBatch(account_ids=(server.account,)))
    reset = await admin.does(OpenReset(account_id=server.account, batch_id=batch))
    begun = await world.performs(BeginAttempt(reset_id=reset, lease=timedelta(minutes=1)))
    why = {} if end is ConfirmReset else {"because": "no route", "error": "Unreachable"}
    await world.performs(end(reset_id=reset, attempt=begun.attempt, **why))
    await shown.build()
    async with shown.views.reading(*READS) as db:
        reader = viewer(admin.id, "administrator")
        found = await get_reset(db, reader, reset)
        followed = await get_batch(db, reader, batch)
    assert found is not None
    assert followed is not None
    expected = NEXT_STEPS["Unreachable"] if why else None
    assert (found.next_step, [each.next_step for each in followed.items]) == (expected, [expected])
