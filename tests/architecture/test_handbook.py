"""The operator's handbook explains whatever the product says to an operator: nothing is missing, nothing made up."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api import problems
from domain.alarms import AlarmKind
from ops.doctor import remedies

ROOT = Path(__file__).resolve().parents[2]
HANDBOOK = (ROOT / "docs" / "operations.md").read_text()
LAYERS = ("api", "commands", "ops", "projections", "workers")


def section(heading: str) -> str:
    """What stands below a heading, up to the next one."""
    level = heading.partition(" ")[0]
    begun = HANDBOOK.split(f"\n{heading}\n", 1)[1]
    return re.split(rf"\n#{{2,{len(level)}}} ", begun, maxsplit=1)[0]


def explained(heading: str) -> set[str]:
    """What the first column of the section's table names."""
    rows = [line for line in section(heading).splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.split(" | ")[0])}


def calls(folder: Path, name: str) -> Iterator[ast.Call]:
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and name == getattr(node.func, "id", getattr(node.func, "attr", None)):
                yield node


def said(folder: Path, *names: str) -> set[str]:
    """The constants that are the first argument of calls by these names."""
    found = [call.args[0] for name in names for call in calls(folder, name) if call.args]
    return {each.value for each in found if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def test_every_alarm_is_explained() -> None:
    rows = [line for line in section("## Alarms").split("\n### ")[0].splitlines() if line.startswith("| `")]
    assert {re.findall(r"`([^`]+)`", row)[0] for row in rows} == set(AlarmKind)
    assert all(len(row.split(" | ")) == 5 for row in rows), "means, who, do first, gone"


def test_no_alarm_is_raised_that_is_not_in_the_list() -> None:
    """In Python the type checker sees to it; one is raised in SQL."""
    kinds = set(re.findall(r"values \('([\w-]+)'", (ROOT / "ops/migrations/views_signatures.sql").read_text()))
    assert kinds == {AlarmKind.FORGED}


@pytest.mark.parametrize("kind", AlarmKind)
def test_doctor_says_of_every_alarm_what_to_do(kind: AlarmKind) -> None:
    assert "docs/operations.md" in (words := remedies.remedy(kind, "accounts")) or "rebuild accounts" in words


def test_every_finding_of_doctor_is_explained() -> None:
    found = said(ROOT / "ops" / "doctor", "well", "look", "stops")
    assert found | {"postgresql", "read models"} == explained("### What doctor finds")


def test_every_check_of_readiness_is_explained() -> None:
    assert said(ROOT / "api", "checked") == explained("### What is not ready")


def test_every_answer_that_points_at_the_operator_is_explained() -> None:
    theirs = {problems.name_of(kind) for kind in problems.kinds() if problems.status_of(kind) in (421, 500, 503)}
    assert {f"/problems/{name}" for name in theirs} == explained("### Answers that point at the operator")


def test_every_line_of_level_error_is_explained() -> None:
    lines = {line for layer in LAYERS for line in said(ROOT / layer, "error") if " " in line}
    assert lines == explained("### Lines in the logs of level error")


def test_a_line_that_nobody_explained_would_be_missed() -> None:
    """Else the tests above would prove nothing."""
    assert "a request failed" in said(ROOT / "api", "error")
    assert section("## Alarms") != section("### What is not ready")
