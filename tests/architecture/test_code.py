"""What import-linter cannot say of the product's code: that every file opens with its meaning, and none has grown."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("api", "commands", "domain", "ops", "projections", "workers")
MODULES = [ROOT / "strongroom.py", *(path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py")))]
LONGEST_MODULE = 250
LARGE = {
    "domain/resets.py": "an aggregate and all its events stay in one file",
    "ops/proof/auditor.py": "a program of one file, for people who have nothing else of ours",
    "ops/bus.py": "the one home of the NATS driver: connection, streams and pulling belong together",
    "projections/access.py": "tables, events and questions of one projection stay in one file",
}
"""Longer, and why."""


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def swallowing(module: ast.Module) -> Iterator[int]:
    """The lines at which everything is caught and nothing comes of it."""
    for node in ast.walk(module):
        if isinstance(node, ast.ExceptHandler) and everything(node.type) and all(map(is_pass, node.body)):
            yield node.lineno


def everything(caught: ast.expr | None) -> bool:
    return caught is None or (isinstance(caught, ast.Name) and caught.id in ("Exception", "BaseException"))


def is_pass(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass)


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_says_what_lives_there(path: Path) -> None:
    assert ast.get_docstring(tree(path))


def test_no_module_has_outgrown_its_idea() -> None:
    large = {named(path) for path in MODULES if len(path.read_text().splitlines()) > LONGEST_MODULE}
    assert large == LARGE.keys()


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_nobody_catches_everything_to_carry_on(path: Path) -> None:
    assert list(swallowing(tree(path))) == []


def test_what_is_caught_and_forgotten_is_found() -> None:
    """Else the test above would prove nothing."""
    for caught in ("except:", "except Exception:", "except BaseException:"):
        assert list(swallowing(ast.parse(f"try:\n    x\n{caught}\n    pass"))) == [3]
    assert list(swallowing(ast.parse("try:\n    x\nexcept KeyError:\n    pass"))) == []
