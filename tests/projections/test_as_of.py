"""A read model as of a position: what a fold has, in an order that does not change; nothing of it is left."""

from __future__ import annotations

import argparse
import io
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain import ids
from ops.settings import Settings
from projections import as_of, words
from projections.as_of import Scratch, tell_rows
from projections.operator import Unserviceable
from tests.support.vault import Person
from tests.support.views import Gallery


def scratch(shown: Gallery, name: str) -> Scratch:
    return Scratch(shown.place.project, shown.of(name), shown.source, shown.opener, shown.marker)


async def schemas(shown: Gallery) -> list[Any]:
    found = await shown.as_projector.execute(
        "select nspname::text, (select count(*) from views.projections) from pg_namespace order by nspname"
    )
    return await found.fetchall()


async def test_at_each_position_it_tells_the_rows_of_a_fold(shown: Gallery, admin: Person, server: object) -> None:
    await shown.build()
    before = await schemas(shown)
    for position in range(1, shown.world.log.head + 1, 3):
        for projection in shown.projections:
            said = io.StringIO()
            async with scratch(shown, projection.name).filled(position) as (views, standing):
                await tell_rows(views, standing, said)
            fold = await shown.fold(projection, 5, to=position)
            expected = io.StringIO()
            await tell_rows(shown.as_projector, fold, expected)
            assert said.getvalue() == expected.getvalue()
            await shown.as_projector.execute(f"drop schema {fold.schema} cascade".encode())
            await shown.as_projector.execute("delete from views.projections where role = 'filling'")
    assert await schemas(shown) == before


async def test_nothing_is_left_of_one_that_is_broken_off(shown: Gallery, admin: Person) -> None:
    await shown.build()
    before = await schemas(shown)
    with pytest.raises(BrokenPipeError):
        async with scratch(shown, "users").filled(shown.world.log.head):
            raise BrokenPipeError
    assert await schemas(shown) == before


@pytest.mark.parametrize("failing", [False, True])
def test_it_is_recorded_before_the_first_row_and_ended_after_the_last(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, failing: bool
) -> None:
    done: list[str] = []

    def told(*_: object) -> int:
        done.append("told")
        if failing:
            raise Unserviceable("it is being rebuilt")
        return 7

    def begin(settings: Settings, question: str, up_to: int) -> UUID:
        done.append(f"begun {up_to}")
        return ids.new()

    monkeypatch.setattr(as_of, "check", lambda *_: None)
    monkeypatch.setattr(as_of, "tell", told)
    said: Any = argparse.Namespace(name="users", position=3, out=tmp_path / "rows")
    settings: Any = None
    code = words._as_of(said, settings, lambda _: lambda *_: None, begin, lambda *end: done.append(f"ended {end[2]}"))
    assert (code, done) == ((1, ["begun 3", "told"]) if failing else (0, ["begun 3", "told", "ended 7"]))
    assert (tmp_path / "rows").exists() is not failing
