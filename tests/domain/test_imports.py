"""An import: of what was previewed, and ended once."""

from __future__ import annotations

import pytest

from domain.errors import Conflict
from domain.imports import Import
from tests.domain.people import ALICE
from tests.support.scenario import Scenario

COUNTS = {"resources": 1, "accounts": 2, "there": 3, "failed": 4}


def opened() -> Scenario[Import]:
    return Scenario(lambda: Import.of(ALICE, "d" * 64, "d" * 64, 10))


def test_it_is_ended_once() -> None:
    ended = opened().when(lambda i: i.end(**COUNTS)).then(Import.Ended, **COUNTS)
    ended.when(lambda i: i.end(**COUNTS)).then_nothing()


def test_something_else_than_was_previewed_is_not_imported() -> None:
    with pytest.raises(Conflict, match="Preview it again"):
        Import.of(ALICE, "d" * 64, "e" * 64, 10)
