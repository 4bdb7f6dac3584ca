"""Whether the log is the one that the read models came from: asked until it is known, before anything is written."""

from __future__ import annotations

import asyncio

import pytest

from domain.errors import Unavailable
from ops.ledger.marks import Mark
from projections import history
from projections.history import History
from projections.reading import Views
from tests.projections.conftest import Server
from tests.support.views import Gallery


class Late(Views):
    """Read models that are away when they are first asked."""

    away = 2

    async def marks(self) -> list[Mark]:
        if self.away > 0:
            self.away -= 1
            raise Unavailable
        return await super().marks()


async def test_a_first_look_is_made_again_until_it_is_known(shown: Gallery, server: Server) -> None:
    """A moment without read models must not let a start be written into a log that was set back."""
    await shown.build()
    shown.source.end = shown.world.log.head - 1
    forked: list[str] = []
    await History(shown.source, Late(shown.pool), shown.marker, lambda: forked.append("it was set back")).first_look()
    assert forked == ["it was set back"]


async def test_the_log_that_is_remembered_is_trusted(shown: Gallery, server: Server) -> None:
    await shown.build()
    forked: list[str] = []
    await History(shown.source, Late(shown.pool), shown.marker, lambda: forked.append("no")).first_look()
    assert forked == []


async def test_read_models_that_stay_away_keep_nobody_from_starting(
    shown: Gallery, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PATIENCE", 0.1)
    late = Late(shown.pool)
    late.away = 1_000_000
    async with asyncio.timeout(30):
        await History(shown.source, late, shown.marker, pytest.fail).first_look()
