"""Whatever followed the log live, in whatever batches and by whichever process, is what a fold from scratch gives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence, Set
from itertools import count, cycle
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ops.ledger.log import Record
from projections import generations
from projections.base import Projection, Rows
from projections.catalogue import PROJECTIONS, projections_of
from tests.projections.test_replay import LONG, NUMBERS, Told, tell
from tests.support.deeds import DEEDS, Deed, refuse_helper, try_again
from tests.support.rare_deeds import ALL_DEEDS, forget, redefine_roles
from tests.support.servers import Database
from tests.support.views import PATIENCE, Gallery, WorldSource, running

HISTORIES = st.lists(
    st.tuples(st.integers(0, len(ALL_DEEDS) - 1), st.tuples(NUMBERS, NUMBERS, NUMBERS)), min_size=5, max_size=40
)
RARE: list[Deed] = [(which, (turn, turn, turn)) for turn in range(6) for which in range(len(DEEDS), len(ALL_DEEDS))]
LAST = [deed for deed in RARE if ALL_DEEDS[deed[0]] in (redefine_roles, forget)]
FIRST: list[Deed] = [(DEEDS.index(deed), (0, 2, 0)) for deed in (refuse_helper, try_again)]
WHOLE: list[Deed] = FIRST + [deed for deed in RARE if deed not in LAST] + LONG + LAST
"""What few do, while all are there to do it; then all else; and who is forgotten, at the end."""
FEW = settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
Make = Callable[[], Sequence[Projection]]


def careless(projection: Projection) -> None:
    """It passes over what does not come first in a batch."""
    _changed(projection, lambda rows, seen: not rows)


def counting(projection: Projection) -> None:
    """It minds how much its process has done: every third event is passed over."""
    _changed(projection, lambda rows, seen: seen % 3 != 0)


def _changed(projection: Projection, applies: Callable[[Any, int], bool]) -> None:
    right, seen = projection.apply, count(1)

    def apply(event: Any, record: Record, rows: Rows) -> None:
        if applies(rows, next(seen)):
            right(event, record, rows)

    setattr(projection, "apply", apply)  # noqa: B010 - mypy does not let a method be assigned


class Unfolding(WorldSource):
    """A log that grows up to `end`, and tells when it has grown."""

    @property
    def commits(self) -> int:
        return self.end or 0


@FEW
@given(HISTORIES, st.lists(st.integers(1, 60), min_size=1, max_size=5), st.sets(st.integers(0, 12), max_size=2))
@example(WHOLE, [7, 1, 40, 2, 150], {1, 6})
def test_at_any_position_what_was_followed_live_is_a_fold_from_scratch(
    module_views_database: Database, deeds: list[Deed], sizes: list[int], compared: set[int]
) -> None:
    async def check(told: Told) -> None:
        unlike = await _unlike(told, lambda: projections_of(told.world.log_id), sizes, compared)
        assert not unlike

    tell(module_views_database, deeds, check, ALL_DEEDS)


@pytest.mark.parametrize("broken", [careless, counting], ids=lambda each: each.__name__)
def test_a_handler_that_minds_more_than_its_event_is_seen_in_every_one(
    module_views_database: Database, broken: Callable[[Projection], None]
) -> None:
    """Else the test above would prove nothing of some."""

    async def check(told: Told) -> None:
        def made() -> list[Projection]:
            every = projections_of(told.world.log_id)
            for each in every:
                broken(each)
            return every

        assert await _unlike(told, made, [7], {10, 14, 18, 40, 60, 80}) == {kind.name for kind in PROJECTIONS}

    tell(module_views_database, WHOLE, check, ALL_DEEDS)


def test_the_whole_history_has_every_event_that_any_of_them_follows(module_views_database: Database) -> None:
    """But for the audit trail, which follows all there are and treats most of them alike."""

    async def check(told: Told) -> None:
        topics = set(await told.world.topics())
        for projection in told.shown.projections:
            assert projection.name == "audit" or projection.topics <= topics, projection.name

    tell(module_views_database, WHOLE, check, ALL_DEEDS)


async def _unlike(told: Told, made: Make, sizes: Sequence[int], compared: Set[int]) -> set[str]:
    """Follow the log in batches of these sizes to its head; what differs from a fold after those batches, or there."""
    shown, head, unlike = told.shown, told.world.log.head, set[str]()
    shown.source = Unfolding(told.world, end=0)
    await _serve(shown, made())
    for stretch in _stretches(sizes, compared, head):
        async with running(shown.projector(made())):
            for end in stretch:
                shown.source.end = end
                await _until(shown, end)
        unlike |= {each.name for each in made() if not await _equal(shown, each, stretch[-1])}
    return unlike


async def _serve(shown: Gallery, projections: Sequence[Projection]) -> None:
    """Empty ones, that have seen nothing yet."""
    for each in projections:
        standing = await generations.begin(shown.as_projector, each)
        await generations.index(shown.as_projector, standing)
        await generations.serve(shown.as_projector, standing)


def _stretches(sizes: Sequence[int], compared: Set[int], head: int) -> Iterator[list[int]]:
    """Where the batches end; a stretch ends where there is something to compare, and another process goes on."""
    ends: list[int] = []
    position = 0
    for number, size in enumerate(cycle(sizes)):
        position = min(position + size, head)
        ends.append(position)
        if number in compared or position == head:
            yield ends
            ends = []
        if position == head:
            return


async def _until(shown: Gallery, position: int) -> None:
    """Until each has come that far, or has halted."""
    async with asyncio.timeout(PATIENCE):
        while any(at < position and not halted for at, halted in (await shown.states()).values()):
            await asyncio.sleep(0.005)


async def _equal(shown: Gallery, projection: Projection, position: int) -> bool:
    scratch = await shown.fold(projection, 100_000, bulk=True, to=position)
    live = await shown.serving(projection.name)
    if live.halted or scratch.halted or live.mark != scratch.mark:
        return False
    return await shown.digest(live) == await shown.digest(scratch)
