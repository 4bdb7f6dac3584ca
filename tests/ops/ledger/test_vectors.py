"""The published bytes: the product makes exactly these, and a program that knows docs/format.md alone verifies them."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support import independent, vectors

PROGRAM = Path(independent.__file__)
OURS = {"domain", "commands", "projections", "workers", "api", "ops", "tests", "msgspec"}


def verified(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-I", str(PROGRAM), str(path)], capture_output=True, text=True, check=False)


def test_the_product_makes_exactly_these_bytes() -> None:
    assert vectors.FILE.read_text() == vectors.written()


def test_a_program_that_knows_the_document_alone_verifies_them() -> None:
    done = verified(vectors.FILE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{len(vectors.EVENTS)} records")


def test_that_program_has_nothing_of_ours() -> None:
    tree = ast.parse(PROGRAM.read_text())
    named = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    named |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {name.partition(".")[0] for name in named} & OURS


def flipped(text: str) -> str:
    """The same hexadecimal number but for its last bit but four."""
    return text[:-2] + f"{int(text[-2], 16) ^ 1:x}" + text[-1]


def change(*path: Any, by: Callable[[Any], Any]) -> Callable[[dict[str, Any]], None]:
    def changed(said: dict[str, Any]) -> None:
        *outer, last = path
        for step in outer:
            said = said[step]
        said[last] = by(said[last])

    return changed


CHANGES = {
    "state": change("records", 2, "state", by=flipped),
    "mac": change("records", 2, "mac", by=flipped),
    "position": change("records", 2, "position", by=lambda n: n + 1),
    "time": change("records", 2, "recorded_at_us", by=lambda n: n + 1),
    "version": change("records", 2, "version", by=lambda n: n + 1),
    "topic": change("records", 2, "topic", by=lambda _: "account.edited"),
    "author": change("records", 2, "author", by=lambda _: 2),
    "stream": change("records", 2, "stream", by=lambda _: str(vectors.OTHER)),
    "a data key": change("keys", 0, "wrapped", by=flipped),
    "a scope": change("keys", 0, "scope", by=lambda _: "day:2026-07-02"),
    "a secret": change("secrets", 0, "sealed", by=flipped),
    "a secret's owner": change("secrets", 0, "owner", by=lambda _: str(vectors.OTHER)),
    "the tree": change("roots_of_tree", 5, "root", by=flipped),
    "the log": change("log_id", by=lambda _: str(vectors.OTHER)),
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES)
def test_a_change_anywhere_is_refused(changed: Callable[[dict[str, Any]], None], tmp_path: Path) -> None:
    said = json.loads(vectors.FILE.read_text())
    changed(said)
    path = tmp_path / "vectors.json"
    path.write_text(json.dumps(said))
    assert verified(path).returncode != 0
