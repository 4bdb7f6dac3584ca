"""The list of attacks: complete, each with tests that are there, and with defences without which they fail."""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OWED = {
    *(f"T0{n}" for n in range(1, 10)), "T30", "T32", "T33", "T34", "T39", "T40", "T41", "T42", "T43", "T44",
    "all set back", "the clock", "back from the dead", "the wrong author", "flipped bits",
}  # fmt: skip
"""What the design asks of the proof. T31 (memory after a reveal) and T35 (break-glass) wait for what they attack."""
NOTHING_TO_TAKE_AWAY = {"T42"}
"""Held by the build itself."""


@dataclass(frozen=True, slots=True)
class Attack:
    """What is tried, where, and what stops it."""

    id: str
    what: str
    tests: list[str]
    defences: list[str]


ATTACKS = [Attack(**said) for said in tomllib.loads((ROOT / "tests/attacks.toml").read_text())["attack"]]
DEFENCES = {said["name"] for said in tomllib.loads((ROOT / "tests/defences.toml").read_text())["defence"]}


def test_the_list_is_complete_and_names_nothing_twice() -> None:
    assert {attack.id for attack in ATTACKS} == OWED
    assert len(ATTACKS) == len(OWED)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_an_attack_is_tried_by_tests_that_are_there(attack: Attack) -> None:
    assert attack.tests
    for each in attack.tests:
        path, _, name = each.partition("::")
        assert not name or name in _tests_in(path), each
        assert _tests_in(path), each


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_an_attack_fails_for_a_reason_that_can_be_taken_away(attack: Attack) -> None:
    assert bool(attack.defences) != (attack.id in NOTHING_TO_TAKE_AWAY)
    assert set(attack.defences) <= DEFENCES, set(attack.defences) - DEFENCES


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_every_package_is_known_by_its_hashes(path: Path) -> None:
    wanted = re.split(r"\n(?=[A-Za-z0-9])", path.read_text().strip())
    for each in wanted:
        assert re.match(r"[A-Za-z0-9._-]+==[^ ]+ \\\n +--hash=sha256:[0-9a-f]{64}", each), each.splitlines()[0]
    assert "--require-hashes" in (ROOT / "Makefile").read_text()


def _tests_in(path: str) -> set[str]:
    found = ast.walk(ast.parse((ROOT / path).read_text()))
    return {
        node.name
        for node in found
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }
