"""The first page: it counts what its viewer sees, names resets that need somebody, and tells whose days it counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commands.accounts import ChangePassword
from commands.disclosures import DisclosePassword
from commands.resets import BeginAttempt, DoubtReset, FailReset, OpenReset
from commands.resources import PinHostKey
from domain.disclosures import Purpose
from domain.errors import NotFound
from projections.access import AccessProjection
from projections.accounts import AccountsProjection
from projections.audit import AuditProjection
from projections.dashboard import Day, Needs, count_activity, count_visible, list_needs
from projections.resets import ResetsProjection
from projections.resources import ResourcesProjection
from projections.users import UsersProjection
from tests.projections.conftest import Server
from tests.projections.test_questions import ADMINISTRATORS, HAS
from tests.support.company import Company
from tests.support.history import HOST_KEY
from tests.support.vault import Person, World
from tests.support.views import Gallery, viewer

READS = (AccessProjection, AccountsProjection, ResourcesProjection, ResetsProjection, UsersProjection)
PEOPLE = 17
"""All of the company but the one who was disabled."""


async def test_it_counts_what_one_sees_and_people_for_administrators_alone(company: Company) -> None:
    async with company.told() as ask:
        for name, has in HAS.items():
            counts = await ask(count_visible, name)
            accounts = sum(" on " in thing for thing in has)
            assert (counts.resources, counts.accounts) == (len(has) - accounts, accounts), name
            assert counts.people == (PEOPLE if name in ADMINISTRATORS else None), name
            assert list(counts.ages) == [accounts, 0, 0, 0], name
            assert (counts.resets_running, counts.in_doubt) == (int("root on web" in has), 0), name


async def test_a_reset_that_has_waited_for_a_day_needs_those_who_see_its_account(company: Company) -> None:
    async with company.told() as ask:
        for name, has in HAS.items():
            needs = await ask(list_needs, name)
            found = [(each.account_id, each.state) for each in needs.items]
            assert found == ([(company.things["root on web"], "open")] if "root on web" in has else []), name
            assert needs.total == len(found)


@pytest.mark.parametrize(
    ("end", "changed", "found"),
    [(None, False, []), (FailReset, False, ["failed"]), (DoubtReset, False, ["in_doubt"]), (FailReset, True, [])],
)
async def test_a_reset_that_ended_badly_needs_somebody_until_the_password_is_set_anew(
    world: World,
    shown: Gallery,
    admin: Person,
    server: Server,
    end: type[FailReset] | None,
    changed: bool,
    found: list[str],
) -> None:
    await admin.does(PinHostKey(resource_id=server.id, host_key=HOST_KEY))
    reset = await admin.does(OpenReset(account_id=server.account))
    if end is not None:
        begun = await world.performs(BeginAttempt(reset_id=reset, lease=timedelta(minutes=1)))
        await world.performs(end(reset_id=reset, attempt=begun.attempt, because="no route", error="unreachable"))
    if changed:
        world.clock.turn(timedelta(seconds=1))
        await admin.does(ChangePassword(account_id=server.account))
    needs = await needs_of(shown, admin)
    assert [(each.reset_id, each.state, each.because) for each in needs.items] == [
        (reset, state, "no route") for state in found
    ]
    assert needs.total == len(found)


async def needs_of(shown: Gallery, reader: Person) -> Needs:
    await shown.build()
    async with shown.views.reading(*READS) as db:
        return await list_needs(db, viewer(reader.id, "administrator"))


async def test_days_count_everybodys_events_for_auditors_and_ones_own_for_others(
    shown: Gallery, admin: Person, alice: Person, server: Server
) -> None:
    disclose = DisclosePassword(account_id=server.account, purpose=Purpose.VIEW)
    await admin.sees(disclose)
    await admin.sees(disclose)
    await admin.does(ChangePassword(account_id=server.account))
    with pytest.raises(NotFound):
        await alice.sees(disclose)
    everybodys = await days_of(shown, admin, "administrator")
    assert [(each.disclosed, each.changed, each.refused) for each in everybodys] == [(0, 0, 0), (2, 1, 1)]
    today = everybodys[-1]
    assert today.disclosed + today.changed + today.refused + today.other == len(await shown.world.topics())
    own = await days_of(shown, alice, "password-user")
    assert [(each.disclosed, each.changed, each.refused) for each in own] == [(0, 0, 0), (0, 0, 1)]
    assert own[-1].other < today.other


async def days_of(shown: Gallery, reader: Person, role: str) -> list[Day]:
    await shown.build("audit")
    async with shown.views.reading(AuditProjection) as db:
        return await count_activity(db, viewer(reader.id, role), 2)
