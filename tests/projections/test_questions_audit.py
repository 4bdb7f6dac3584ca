"""The audit trail's questions: names as they were at the moment, what belongs together, and who could see what then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from commands.access import GrantAccess
from commands.accounts import EditAccount
from commands.base import OnAccount
from commands.disclosures import DisclosePassword
from commands.resources import ChangeResource
from commands.runs import NoteStart, NoteStop
from domain.access import Level
from domain.disclosures import Purpose
from domain.errors import NotFound
from domain.resources import ResourceType
from projections.audit import AuditProjection
from projections.audit_trail import EntryRow, Filters, get_audit, list_audit, position_at
from projections.pages import Page
from projections.runs import list_runs
from projections.seers import Seer, who_could_see
from tests.projections.conftest import Server
from tests.support.company import Company
from tests.support.vault import SYSTEM, Person
from tests.support.views import Gallery, viewer

ADMIN = "administrator"


async def entries(shown: Gallery, reader: Person, **filters: object) -> list[EntryRow]:
    """The oldest first."""
    async with shown.views.reading(AuditProjection) as db:
        listed = await list_audit(db, viewer(reader.id, ADMIN), Page(200), Filters(**filters))  # type: ignore[arg-type]
    return list(reversed(listed.items))


async def test_an_entry_names_things_as_they_were_called_at_its_moment(
    shown: Gallery, admin: Person, server: Server
) -> None:
    disclose = DisclosePassword(account_id=server.account, purpose=Purpose.VIEW)
    moved = {"type": ResourceType.LINUX, "address": "web.example.org"}
    await admin.sees(disclose)
    await admin.does(ChangeResource(resource_id=server.id, name="shop", **moved))  # type: ignore[arg-type]
    await admin.sees(disclose)
    await admin.does(EditAccount(account_id=server.account, username="toor"))
    await admin.sees(disclose)
    await shown.build("audit")
    shows = await entries(shown, admin, topic=("account-password.disclosed",))
    assert [each.object and each.object.name for each in shows] == ["root on web", "root on shop", "toor on shop"]
    assert {(each.object and each.object.kind, each.object and each.object.id) for each in shows} == {
        ("account", server.account)
    }


async def test_what_is_asked_of_a_thing_includes_its_shares_and_its_disclosures(
    shown: Gallery, admin: Person, alice: Person, server: Server
) -> None:
    await admin.does(GrantAccess(thing=OnAccount(server.account), user_id=alice.id, level=Level.VIEW))
    await alice.sees(DisclosePassword(account_id=server.account, purpose=Purpose.COPY))
    await shown.build("audit")
    of_account = await entries(shown, admin, object=server.account)
    assert [each.topic for each in of_account if each.topic.startswith("acc")] == [
        "account.added", "access.opened", "access.granted", "account-password.disclosed",
    ]  # fmt: skip
    assert {each.object and each.object.name for each in of_account} == {"root on web"}
    assert [each.topic for each in await entries(shown, admin, object=server.account, actor=alice.id)] == [
        "account-password.disclosed"
    ]


async def test_refusals_are_told_with_who_wanted_it_and_are_found_by_words(
    shown: Gallery, admin: Person, bob: Person, server: Server
) -> None:
    disclose = DisclosePassword(account_id=server.account, purpose=Purpose.VIEW)
    with pytest.raises(NotFound):
        await bob.sees(disclose)
    await admin.done(replace(disclose, purpose=Purpose.COPY), reason="the disk is full", ticket="T-100%")
    await shown.build("audit")
    (refused,) = await entries(shown, admin, outcome="refused")
    assert (refused.topic, refused.actor.name) == ("refusal.recorded", "bob")
    for words in ("DISK is", "T-100%", "0%"):
        assert [each.reason for each in await entries(shown, admin, q=words)] == ["the disk is full"]
    assert await entries(shown, admin, q="T_100") == []
    assert {each.actor.name for each in await entries(shown, admin, q="bob")} >= {"admin", "bob"}


COULD_SEE = {  # at the end, and before Ray and Rex lost shares, Tim's and Ned's were over and Gus was disabled
    "now": "admin OWNER, amy VIEW, kay MODIFY, max MANAGE, mia MODIFY, ned MODIFY, nia VIEW, rex VIEW, sid MANAGE,"
    " tea VIEW, una MODIFY, vic VIEW, zoe VIEW",
    "shared": "admin OWNER, amy VIEW, gus VIEW, kay MODIFY, max MANAGE, mia MODIFY, ned VIEW, nia VIEW, ray MODIFY,"
    " rex MODIFY, sid MANAGE, tea VIEW, tim MODIFY, una MODIFY, vic VIEW, zoe VIEW",
}


@pytest.mark.parametrize("when", COULD_SEE)
async def test_who_could_see_an_account_is_said_with_the_level_he_had_then(company: Company, when: str) -> None:
    names = {id: name for name, id in company.ids.items()}
    position = company.positions.get(when, company.world.log.head)
    (record,) = await company.world.log.read(position - 1, 1)
    async with company.told() as ask:
        seers: list[Seer] = await ask(
            who_could_see, "admin", company.things["root on web"], position, record.recorded_at
        )
        before = await ask(who_could_see, "admin", company.things["root on web"], 1, record.recorded_at)
    assert ", ".join(sorted(f"{names[each.id]} {each.level}" for each in seers)) == COULD_SEE[when]
    assert before == []


async def test_a_moment_has_the_last_position_that_was_recorded_by_then(company: Company) -> None:
    position = company.positions["shared"]
    (record,) = await company.world.log.read(position - 1, 1)
    async with company.told() as ask:
        at = await ask(position_at, "admin", company.world.clock.at + timedelta(days=2))
        assert at[0] == company.world.log.head
        early = await ask(position_at, "admin", record.recorded_at)
        assert early[1] == record.recorded_at
        assert await ask(position_at, "admin", record.recorded_at - timedelta(days=9)) is None


async def test_an_entry_is_shown_whole_and_no_secret_is_in_it(company: Company) -> None:
    async with company.told() as ask:
        listed = await ask(list_audit, "admin", Page(200), Filters(topic=("account.added", "reset.requested")))
        details = [(await ask(get_audit, "admin", each.position)).details for each in listed.items]
    said = {each.get("password") or each["candidate"] for each in details}
    assert said == {"sealed"}


async def test_runs_are_told_with_their_release_and_their_end(shown: Gallery, admin: Person) -> None:
    run = (await shown.world.system.execute(NoteStart(process="api", product_version="9.9"), SYSTEM)).value
    await shown.world.system.execute(NoteStart(process="worker", product_version="9.9"), SYSTEM)
    await shown.world.system.execute(NoteStop(run_id=run, because="asked to"), SYSTEM)
    await shown.build("audit")
    async with shown.views.reading(AuditProjection) as db:
        runs = await list_runs(db, viewer(admin.id, ADMIN))
    found = [(each.process, each.release, each.stopped_at is not None, each.because) for each in runs]
    assert found == [("worker", "9.9", False, None), ("api", "9.9", True, "asked to")]
