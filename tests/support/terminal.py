"""The command line at a terminal: answers typed one after another, as people do."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

from tests.support.installation import ROOT, Installation

Answer = str | Callable[[str], str]
"""What is typed; or what is made of all that was said until then."""


def typed(
    vault: Installation, words: Sequence[str], answers: Sequence[tuple[str, Answer]], code: int = 0,
    env: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    """Of each answer, after what it is typed; all that was said until the command ended, with `code`."""
    here, there = pty.openpty()
    argv = [sys.executable, str(ROOT / "strongroom.py"), *words]
    inherited = {**os.environ, **(env or {})}
    places = ["--state", str(vault.state), "--config", str(vault.config)]
    with subprocess.Popen(
        [*argv, *places], stdin=there, stdout=there, stderr=there, cwd=ROOT, env=inherited
    ) as process:
        os.close(there)
        said = ""
        for asked, answer in answers:
            said += _until(here, asked)
            os.write(here, f"{answer if isinstance(answer, str) else answer(said)}\n".encode())
        said += _until(here, None)
        os.close(here)
        assert process.wait(60) == code, said
    return said


def two(first: tuple[str, str], second: tuple[str, str]) -> list[tuple[str, Answer]]:
    """Two administrators: names and passwords."""
    return [
        (asked, each) for pair in (first, second) for asked, each in zip(("name: ", "Password: "), pair, strict=True)
    ]


def _until(terminal: int, asked: str | None) -> str:
    """What is said until that is asked, or until it ends."""
    said = ""
    while asked is None or not said.endswith(asked):
        try:
            said += os.read(terminal, 4096).decode()
        except OSError:
            break
    return said
