"""Every defence that is listed is still there, once, and names tests that exist; `make defences` takes them away."""

from __future__ import annotations

import pytest

from tests.support.defences import ROOT, Defence, defences, taken_away


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


def test_a_line_that_moved_is_reported_and_does_not_stop_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    moved = [Defence(name, "domain/ids.py", "no such line", "", ("tests/domain/test_names.py",)) for name in ("a", "b")]
    assert taken_away(moved, jobs=2) == 1
    said = capsys.readouterr().out
    assert said.count("MOVED") == 2
    assert "0 of 2 defences" in said
