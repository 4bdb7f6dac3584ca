"""Every defence that is listed is still there, once, and names tests that exist; `make defences` takes them away."""

from __future__ import annotations

import pytest

from tests.support.defences import ROOT, Defence, defences


@pytest.mark.parametrize("defence", defences(), ids=lambda defence: defence.name)
def test_a_defence_stands_in_one_place_and_has_tests(defence: Defence) -> None:
    assert defence.place()
    assert defence.line != defence.instead
    files = [word for word in defence.tests if word.endswith(".py")]
    assert files
    assert all((ROOT / name).exists() for name in files)


def test_no_two_have_one_name() -> None:
    names = [defence.name for defence in defences()]
    assert len(names) == len(set(names))
