"""Garbage is looked for seldom: cycles are freed all the same, and what is kept is not searched for each of them."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Iterator

import pytest

from ops.runtime import garbage

SEARCHES = """
import gc
from ops.runtime import garbage
garbage.seldom()
kept = [[] for _ in range(200_000)]
full = []
gc.callbacks.append(lambda phase, info: full.append(1) if phase == "start" and info["generation"] == 2 else None)
kept += [[] for _ in range(400_000)]
print(len(full), gc.get_freeze_count() > 1_000)
"""


class Cycle:
    """Holds itself."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def seldom() -> Iterator[None]:
    before = gc.get_threshold()
    garbage.seldom()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_cycles_are_freed_without_being_asked_for(seldom: None) -> None:
    made = weakref.WeakSet[Cycle]()
    for _ in range(100_000):
        made.add(Cycle())
    assert len(made) < 50_000


def test_what_is_kept_is_not_searched_again_and_again() -> None:
    said = subprocess.run([sys.executable, "-c", SEARCHES], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["0", "True"]
