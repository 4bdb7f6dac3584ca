"""What may not be built, and what serves goes on: over a bad record, from a log that was set back or has a hole."""

from __future__ import annotations

import pytest

from domain.errors import Unavailable
from ops.database import Async
from ops.ledger.errors import Forked
from ops.ledger.log import Record
from projections import generations, sessions
from projections.access import AccessProjection
from projections.base import Projection
from projections.rebuild import Rebuild, RebuildError
from projections.resources import ResourcesProjection
from projections.sessions import SessionsProjection
from projections.users import UsersProjection
from tests.projections.conftest import Server, add_server
from tests.support.interposed import interpose
from tests.support.steps import When
from tests.support.vault import Person, World
from tests.support.views import Gallery, damaged, later, running, viewer

GOAL, PROVED = "projections.rebuild:Rebuild._goal", "projections.rebuild:Rebuild._prove"
HALTING = (AccessProjection, SessionsProjection, UsersProjection)


async def at(world: World, position: int) -> Record:
    (record,) = await world.log.read(position - 1, 1)
    return record


async def generation(shown: Gallery, name: str) -> int:
    return (await shown.serving(name)).generation


async def ask(shown: Gallery, who: Person) -> int:
    """How many sessions he is told of, by all that halts."""
    async with shown.views.reading(*HALTING) as db:
        return len(await sessions.list_sessions(db, viewer(who.id)))


@pytest.mark.parametrize("projection", HALTING, ids=lambda projection: projection.name)
async def test_a_bad_record_fails_the_rebuild_and_what_serves_goes_on(
    shown: Gallery, admin: Person, server: Server, projection: type[Projection]
) -> None:
    """What serves was made from the record as it was: it is sound, and nobody is kept from it."""
    await shown.build()
    shown.source.instead[3] = damaged(await at(shown.world, 3))
    with pytest.raises(RebuildError, match="position 3 cannot be projected"):
        await shown.rebuild(projection()).run()
    assert ("halted", projection.name, 3) in await shown.alarms()
    assert {why for _, why in (await shown.states()).values()} == {None}
    assert await ask(shown, admin) == 1
    async with running(shown.projector()):
        await shown.world.enter("admin")
        await shown.until_at(shown.world.log.head)
    assert await ask(shown, admin) == 2


async def fork(shown: Gallery) -> None:
    """The log loses its end, and the projector stops everything."""
    shown.source.end = shown.world.log.head - 3
    async with running(shown.projector()):
        await shown.until_halted(*(each.name for each in shown.projections))


async def test_what_a_fork_has_halted_is_not_built_from_the_shorter_log(
    shown: Gallery, admin: Person, server: Server
) -> None:
    await shown.build()
    await fork(shown)
    shown.source.reads.clear()
    for each in shown.projections:
        with pytest.raises(Forked, match="the log ends before position"):
            await shown.rebuild(each).run()
    assert shown.source.reads == []  # before anything was made of it
    with pytest.raises(Unavailable):
        await ask(shown, admin)
    shown.source.end = None
    await shown.build("access", "sessions", "users")
    assert await ask(shown, admin) == 1


async def test_what_stopped_earlier_is_not_built_from_a_log_that_others_have_seen_longer(
    shown: Gallery, server: Server
) -> None:
    """It halted at a bad record; the others went on, and they remember what the log has lost."""
    await shown.build()
    stopped = await shown.serving("access")
    await generations.halt_one(shown.as_projector, stopped, "position 9 cannot be projected")
    await add_server(await shown.world.enter("admin"), "later")
    async with running(shown.projector([each for each in shown.projections if each.name != "access"])):
        await shown.until_at(shown.world.log.head, "users")
    shown.source.end = stopped.mark.position + 1
    with pytest.raises(Forked, match="the log ends before position"):
        await shown.rebuild(shown.of("access")).run()
    assert await generation(shown, "access") == stopped.generation


async def test_another_version_is_not_built_from_a_log_that_was_set_back(shown: Gallery, server: Server) -> None:
    await shown.build()
    shown.source.end = shown.world.log.head - 1

    class Newer(ResourcesProjection):
        version = ResourcesProjection.version + 1

    with pytest.raises(Forked, match="the log ends before position"):
        await shown.rebuild(Newer()).run()
    assert await generation(shown, "resources") == 1


async def test_nothing_is_built_from_another_history_of_the_same_length(shown: Gallery, server: Server) -> None:
    await shown.build()
    head = shown.world.log.head
    shown.source.instead[head] = later(await at(shown.world, head))
    with pytest.raises(Forked, match="another record at position"):
        await shown.rebuild(shown.of("audit")).run()
    assert await generation(shown, "audit") == 1


@pytest.mark.parametrize("hole", [5, "the last"], ids=["inside", "at the end"])
async def test_a_log_with_a_hole_is_refused(shown: Gallery, server: Server, hole: int | str) -> None:
    head = shown.world.log.head
    await shown.build()
    async with running(shown.projector()):
        await shown.world.enter("admin")
        await shown.until_at(shown.world.log.head)
    shown.source.instead[hole if isinstance(hole, int) else head] = None
    with pytest.raises(Forked, match="hole"):
        await shown.rebuild(shown.of("users")).run()
    assert await generation(shown, "users") == 1


async def test_a_log_that_ends_before_what_was_said_of_it_is_refused(
    shown: Gallery, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing serves yet that could remember: the head was told, and then there was less."""

    async def whole() -> None:
        shown.source.end = None

    async def cut() -> None:
        shown.source.end = 7

    interpose(monkeypatch, GOAL, When.BEFORE, whole)
    interpose(monkeypatch, GOAL, When.AFTER, cut)
    with pytest.raises(Forked, match="ends at position 7"):
        await shown.rebuild(shown.of("users")).run()
    assert "users" not in await shown.states()


async def test_a_log_that_is_set_back_during_the_rebuild_is_noticed_at_the_switch(
    shown: Gallery, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shown.build()

    async def cut() -> None:
        shown.source.end = shown.world.log.head - 1

    interpose(monkeypatch, PROVED, When.AFTER, cut)
    with pytest.raises(Forked, match="the log ends before position"):
        await shown.rebuild(shown.of("users")).run()
    assert await generation(shown, "users") == 1


async def test_a_log_that_goes_another_way_during_the_first_rebuild_is_noticed_at_the_switch(
    shown: Gallery, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing serves yet: what was built itself is what remembers."""
    head = shown.world.log.head

    async def change() -> None:
        shown.source.instead[head] = later(await at(shown.world, head))

    interpose(monkeypatch, PROVED, When.AFTER, change)
    with pytest.raises(Forked, match="another record at position"):
        await shown.rebuild(shown.of("users")).run()
    assert "users" not in await shown.states()


async def test_the_switch_never_goes_back(shown: Gallery, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """What halted at a bad record may still have come further than the log's head as it was told a moment before."""
    await shown.build()
    serving = await shown.serving("users")
    await generations.halt_one(shown.as_projector, serving, "position 9 cannot be projected")
    told = shown.world.log.head - 2

    async def behind(_: Rebuild, views: Async) -> int:
        return told

    monkeypatch.setattr(Rebuild, "_goal", behind)
    with pytest.raises(RebuildError, match="behind"):
        await shown.rebuild(shown.of("users")).run()
    assert await generation(shown, "users") == 1
