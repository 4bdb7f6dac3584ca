"""What an event that cannot be read or applied does: to its projection what that declares, to the others nothing."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from domain.errors import Unavailable
from domain.resources import Resource
from ops.ledger.log import Record
from projections import generations
from projections.access import AccessProjection
from projections.base import Poison, Projection, Rows
from projections.rebuild import RebuildError
from projections.resources import ResourcesProjection
from tests.projections.conftest import Server, add_server
from tests.support.vault import Person
from tests.support.views import Gallery, damaged, running

HALTS = {"access", "sessions", "users"}


async def spoil(shown: Gallery) -> int:
    """The newest record does not open; where it stands."""
    await shown.world.enter("admin")
    (record,) = await shown.world.log.read(shown.world.log.head - 1, 1)
    shown.source.instead[record.position] = damaged(record)
    return record.position


async def test_what_shows_who_may_see_halts_there_and_all_others_go_on(
    shown: Gallery, admin: Person, server: Server
) -> None:
    await shown.build()
    bad = await spoil(shown)
    await add_server(admin, "later")
    async with running(shown.projector()):
        await shown.until_halted(*HALTS)
        await shown.until_at(shown.world.log.head, "accounts", "audit", "resets", "resources")
    states = await shown.states()
    assert {name for name, (_, halted) in states.items() if halted} == HALTS
    assert {states[name] for name in HALTS} == {(bad - 1, f"position {bad} cannot be projected")}
    alarms = await shown.alarms()
    assert {("halted", name, bad) for name in HALTS} <= alarms
    assert {("parked", name, bad) for name in ("accounts", "audit", "resets", "resources")} <= alarms
    with pytest.raises(Unavailable):
        async with shown.views.reading(AccessProjection):
            pass


async def test_the_trail_marks_what_cannot_be_read(shown: Gallery, server: Server) -> None:
    await shown.build()
    bad = await spoil(shown)
    async with running(shown.projector()):
        await shown.until_at(shown.world.log.head, "audit")
    entries = await shown.rows(await shown.serving("audit"), "entries")
    marked = [(row["position"], row["severity"]) for row in entries if row["title"] == "A record that cannot be read"]
    assert marked == [(bad, "critical")]
    assert len(entries) == shown.world.log.head


async def test_the_newest_record_may_be_put_back_after_it_was_passed_over(
    shown: Gallery, admin: Person, server: Server
) -> None:
    """What was remembered of it is its place alone: the record as it was before is no other history."""
    await shown.build()
    bad = await spoil(shown)
    async with running(shown.projector()):
        await shown.until_at(bad, "accounts", "audit", "resets", "resources")
    del shown.source.instead[bad]
    async with running(shown.projector()):
        await shown.until_at(bad)
        assert not [kind for kind, _, _ in await shown.alarms() if kind == "forked"]
        await add_server(admin, "later")
        await shown.until_at(shown.world.log.head)
        with pytest.raises(RebuildError, match="--distrust"):
            await shown.rebuild(shown.of("audit")).run()
        await shown.rebuild(shown.of("audit"), distrust=True).run()
    entries = await shown.rows(await shown.serving("audit"), "entries")
    assert "A record that cannot be read" not in {row["title"] for row in entries}


async def test_after_a_start_it_tries_once_more_and_goes_on_when_the_record_is_whole(
    shown: Gallery, admin: Person, server: Server
) -> None:
    await shown.build()
    bad = await spoil(shown)
    await add_server(admin, "later")
    async with running(shown.projector()):
        await shown.until_halted(*HALTS)
    async with running(shown.projector()):
        await shown.until_at(shown.world.log.head, "audit")
        assert {name for name, (_, halted) in (await shown.states()).items() if halted} == HALTS
    del shown.source.instead[bad]
    async with running(shown.projector([each for each in shown.projections if each.name in HALTS])):
        await shown.until_at(shown.world.log.head, *HALTS)
    assert not any(halted for _, halted in (await shown.states()).values())


class Stumbling(Projection):
    """Cannot take in one event, which opens: a fault of its own."""

    name = "stumbling"
    version = 1
    follows = (Resource,)
    schema = "create table names (name text not null)"
    copied: ClassVar = {"names": ("text",)}
    on_poison = Poison.PARK

    def apply(self, event: Any, record: Record, rows: Rows) -> None:
        if isinstance(event, Resource.Added):
            rows.add("names", None if event.name == "bad" else event.name)


class Halting(Stumbling):
    on_poison = Poison.HALT


@pytest.mark.parametrize("kind", [Stumbling, Halting], ids=["parks", "halts"])
async def test_what_breaks_a_batch_is_found_alone_and_keeps_nobody_else(
    shown: Gallery, admin: Person, kind: type[Stumbling]
) -> None:
    """All came in one batch; the database itself refused one row of it."""
    projections: list[Projection] = [kind(), ResourcesProjection()]
    for each in projections:
        await shown.rebuild(each).run()
    for name in ("one", "bad", "two"):
        await add_server(admin, name)
    async with running(shown.projector(projections)):
        await shown.until_at(shown.world.log.head, "resources")
        if kind is Halting:
            await shown.until_halted("stumbling")
        else:
            await shown.until_at(shown.world.log.head, "stumbling")
    (standing,) = await generations.serving(shown.as_projector, projections[:1])
    taken = {row["name"] for row in await shown.rows(standing, "names")}
    assert taken == ({"one"} if kind is Halting else {"one", "two"})
    resources = await shown.rows(await shown.serving("resources"), "resources")
    assert {row["name"] for row in resources} == {"one", "bad", "two"}
    (alarm,) = await shown.alarms()
    assert alarm[:2] == ("halted" if kind is Halting else "parked", "stumbling")


async def test_an_alarm_counts_and_says_nothing_of_what_was_in_the_event(shown: Gallery, server: Server) -> None:
    bad = await spoil(shown)
    for _ in range(2):
        with pytest.raises(RebuildError):
            await shown.build("access")
    (alarm,) = [each for each in await shown.views.alarms() if each.kind == "halted"]
    assert (alarm.name, alarm.position, alarm.times) == ("access", bad, 2)
    assert "admin" not in alarm.detail
