"""Read models are built anew while they are in use: proved, switched in one go, and never half of anything."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest

from domain.errors import Unavailable
from ops.ledger.log import Record
from projections import resources as queries
from projections.access import AccessProjection
from projections.base import Projection
from projections.builder import Builder
from projections.pages import Page
from projections.rebuild import RebuildError
from projections.resources import ResourcesProjection
from projections.users import UsersProjection
from tests.projections.conftest import Server, add_server
from tests.support.interposed import interpose
from tests.support.steps import When
from tests.support.vault import Person, World
from tests.support.views import Announced, Gallery, WorldSource, later, running, viewer

READS = (ResourcesProjection, AccessProjection, UsersProjection)


async def names(shown: Gallery, who: Person) -> list[str]:
    """The resources as their owner finds them."""
    async with shown.views.reading(*READS) as db:
        found = await queries.list_resources(db, viewer(who.id), Page(limit=50, cursor=None, sort="name"), None, None)
    return [row.name for row in found.items]


async def test_a_rebuild_holds_what_the_old_one_held_and_says_so(shown: Gallery, server: Server) -> None:
    first = await shown.build()
    assert {done.proof for done in first.values()} == {"the first of its kind"}
    again = await shown.build()
    assert {done.proof for done in again.values()} == {"same as the generation before, at one position"}
    assert all(done.generation == 2 for done in again.values())


async def test_reading_and_writing_go_on_while_it_is_built(shown: Gallery, admin: Person, server: Server) -> None:
    await shown.build()
    over = asyncio.Event()
    seen: list[int] = []

    async def read() -> None:
        while not over.is_set():
            seen.append(len(await names(shown, admin)))
            await asyncio.sleep(0)

    async def write() -> None:
        for number in range(10):
            await add_server(admin, f"web{number}")
            await asyncio.sleep(0.01)

    async with running(shown.projector()):
        reading = asyncio.create_task(read())
        await asyncio.gather(write(), *(shown.rebuild(shown.of(each.name)).run() for each in READS))
        await shown.until_at(shown.world.log.head)
        over.set()
        await reading
    assert seen == sorted(seen)
    assert len(await names(shown, admin)) == 11


async def test_tables_that_were_tampered_with_fail_the_proof_and_the_old_generation_serves_on(
    shown: Gallery, admin: Person, server: Server
) -> None:
    await shown.build()
    with psycopg.connect(shown.place.superuser, autocommit=True) as superuser:
        superuser.execute("update resources_g1.resources set name = 'false'")
    with pytest.raises(RebuildError, match="differ"):
        await shown.rebuild(shown.of("resources")).run()
    assert (await shown.serving("resources")).generation == 1
    assert await names(shown, admin) == ["false"]
    done = await shown.rebuild(shown.of("resources"), distrust=True).run()
    assert done.proof == "two folds with different batch sizes agree"
    assert await names(shown, admin) == ["web"]


async def test_another_version_is_proved_by_two_folds(shown: Gallery, admin: Person, server: Server) -> None:
    await shown.build()

    class Newer(ResourcesProjection):
        version = ResourcesProjection.version + 1

    done = await shown.rebuild(Newer()).run()
    assert done.proof == "two folds with different batch sizes agree"
    with pytest.raises(Unavailable):
        await names(shown, admin)  # this release asks for the other version


class Killed(BaseException):
    """The end of the process that rebuilds."""


class KilledReading(WorldSource):
    """A log whose reader dies at his first page."""

    async def read(self, after: int, limit: int) -> list[Record]:
        raise Killed


def killed_telling(position: int, head: int) -> None:
    """Dies when the tables are filled."""
    raise Killed


@pytest.mark.parametrize("filled", [False, True], ids=["before", "after"])
async def test_a_rebuild_that_dies_leaves_the_old_one_serving_and_the_next_one_works(
    shown: Gallery, admin: Person, server: Server, filled: bool
) -> None:
    await shown.build()
    async with running(shown.projector()):
        await add_server(admin, "later")
        await shown.until_at(shown.world.log.head)
    dying: dict[str, Any] = {"report": killed_telling} if filled else {"source": KilledReading(shown.world)}
    with pytest.raises(Killed):
        await shown.rebuild(shown.of("resources"), **dying).run()
    assert (await shown.serving("resources")).generation == 1
    assert await names(shown, admin) == ["later", "web"]
    await shown.build("resources")
    assert (await shown.serving("resources")).generation > 1


STEPS = [
    (f"projections.{where}", when)
    for where in (
        "generations:drop", "generations:begin", "generations:index", "rebuild:Rebuild._prove", "generations:digest",
        "generations:hold", "generations:serve",
    )
    for when in (When.BEFORE, When.AFTER)
]  # fmt: skip
"""All that a rebuild passes, the last before its switch is committed included."""


@pytest.mark.parametrize(("where", "when"), STEPS, ids=lambda each: each if isinstance(each, str) else each.name)
async def test_at_whatever_step_it_dies_the_old_one_serves_and_the_next_rebuild_works(
    shown: Gallery, admin: Person, server: Server, where: str, when: When
) -> None:
    await shown.build()

    async def dies() -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        interpose(patch, where, when, dies)
        with pytest.raises(Killed):
            await shown.rebuild(shown.of("resources")).run()
    assert (await shown.serving("resources")).generation == 1
    assert await names(shown, admin) == ["web"]
    await shown.build("resources")
    assert (await shown.serving("resources")).generation > 1


async def test_two_do_not_build_one_projection_at_a_time(shown: Gallery, server: Server) -> None:
    await shown.build()
    with psycopg.connect(shown.place.project) as other:
        other.execute("select pg_advisory_lock(hashtext('strongroom.rebuild.users'))")
        with pytest.raises(RebuildError, match="another process"):
            await shown.build("users")


async def test_what_is_missing_is_built_by_itself(shown: Gallery, admin: Person, server: Server) -> None:
    with pytest.raises(Unavailable):
        await names(shown, admin)
    builder = Builder(shown.place.project, shown.projections, shown.source, shown.opener, shown.marker)
    task = asyncio.create_task(builder.run())
    await asyncio.wait_for(builder.built.wait(), 20)
    task.cancel()
    assert await names(shown, admin) == ["web"]


async def test_two_projectors_write_everything_once(shown: Gallery, admin: Person, server: Server) -> None:
    await shown.build()
    async with running(shown.projector()), running(shown.projector()):
        for number in range(20):
            await add_server(admin, f"web{number}")
        await shown.until_at(shown.world.log.head)
    await assert_folded(shown, shown.projections)


async def test_every_projection_passes_over_what_it_does_not_follow(shown: Gallery, admin: Person) -> None:
    await shown.build()
    announced = Announced()
    async with running(shown.projector(announced=announced)):
        await admin.world.person(admin, "somebody")
        await shown.until_at(shown.world.log.head)
        async with asyncio.timeout(10):
            while not announced.said:
                await asyncio.sleep(0.02)
    assert {name: position for name, (position, _) in (await shown.states()).items()} == dict.fromkeys(
        (each.name for each in shown.projections), shown.world.log.head
    )


async def test_who_waits_for_a_position_is_told_whether_it_came(shown: Gallery, admin: Person, server: Server) -> None:
    await shown.build()
    await add_server(admin, "later")
    head = shown.world.log.head
    assert not await shown.views.at_least(head, 0.05, ResourcesProjection)
    async with running(shown.projector()):
        assert await shown.views.at_least(head, 10, *READS)
    assert await names(shown, admin) == ["later", "web"]


async def test_a_log_that_was_set_back_halts_all_until_it_is_the_same_again(
    shown: Gallery, admin: Person, server: Server, world: World
) -> None:
    await shown.build()
    async with running(shown.projector()):
        await shown.until_at(world.log.head)
        shown.source.end = world.log.head - 3
        await shown.until_halted(*(each.name for each in shown.projections))
        with pytest.raises(Unavailable):
            await names(shown, admin)
        assert ("forked", "projector", world.log.head) in await shown.alarms()
        shown.source.end = None
        async with asyncio.timeout(15):
            while any(halted for _, halted in (await shown.states()).values()):
                await asyncio.sleep(0.02)
    assert await names(shown, admin) == ["web"]


async def test_another_history_of_the_same_length_halts_all(shown: Gallery, server: Server, world: World) -> None:
    await shown.build()
    async with running(shown.projector()):
        await shown.until_at(world.log.head)
        (last,) = await world.log.read(world.log.head - 1, 1)
        shown.source.instead[last.position] = later(last)
        await shown.until_halted(*(each.name for each in shown.projections))


async def assert_folded(shown: Gallery, projections: Sequence[Projection]) -> None:
    for projection in projections:
        fold = await shown.fold(projection, 100_000)
        serving: Any = await shown.serving(projection.name)
        assert await shown.digest(serving) == await shown.digest(fold), projection.name
