"""Starts the unchanged product with a trap at each named step: `python -m tests.support.stumbling KIND TRAP REACHED`;
`up`, whose words follow, too.

The product has no hooks: its functions are wrapped from outside before its `main` is called.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from threading import Thread
from typing import Any

import strongroom
from ops.settings import Settings
from tests.support.first_steps import FIRST_STEPS, WITH_A_PASSWORD
from tests.support.steps import STEPS, Step, When

MAINS = {"api": "api.main", "projector": "projections.main", "worker": "workers.main"}
SIGNALS = {"kill": signal.SIGKILL, "freeze": signal.SIGSTOP, "overtake": signal.SIGSTOP}
HALF_WAY = 0.6
Work = Callable[..., Awaitable[Any]]


class Trap:
    """Springs once, at the step that its file names."""

    def __init__(self, trap: Path, reached: Path) -> None:
        self._trap = trap
        self._reached = reached

    def is_set_for(self, step: Step) -> bool:
        try:
            return bool(json.loads(self._trap.read_text())["step"] == step.name)
        except FileNotFoundError:
            return False

    def spring(self) -> None:
        how = json.loads(self._trap.read_text())["how"]
        self._trap.rename(self._reached)
        os.kill(os.getpid(), SIGNALS[how])


def wrapped(work: Work, step: Step, trap: Trap) -> Work:
    """`work`, which stumbles before, in the middle of, or after what it does."""

    @wraps(work)
    async def stumbling(*given: Any, **named: Any) -> Any:
        if not (trap.is_set_for(step) and step.applies(*given, **named)):
            return await work(*given, **named)
        if step.when is When.BEFORE:
            trap.spring()
        if step.when is When.PART:
            await work(given[0], given[1][: len(given[1]) // 2])
            trap.spring()
            return await work(given[0], given[1][len(given[1]) // 2 :])
        doing = asyncio.ensure_future(work(*given, **named))
        if step.when is When.WITHIN:
            await asyncio.sleep(0)  # its first step: the question is with the kernel now, whoever asks may die
            trap.spring()
        result = await doing
        if step.when is When.AFTER and step.counts(result) and trap.is_set_for(step):
            trap.spring()
        return result

    return stumbling


def wrapped_plain(work: Callable[..., Any], step: Step, trap: Trap) -> Callable[..., Any]:
    """The same for a function that waits for what it does: a program, say, that dies or not when we do."""

    @wraps(work)
    def stumbling(*given: Any, **named: Any) -> Any:
        if not (trap.is_set_for(step) and step.applies(*given, **named)):
            return work(*given, **named)
        if step.when is When.BEFORE:
            trap.spring()
        if step.when is When.WITHIN:
            Thread(target=work, args=given, kwargs=named, daemon=True).start()
            time.sleep(HALF_WAY)
            trap.spring()
        result = work(*given, **named)
        if step.when is When.AFTER and step.counts(result):
            trap.spring()
        return result

    return stumbling


def lay(step: Step, trap: Trap) -> None:
    module, _, path = step.where.partition(":")
    owner: Any = importlib.import_module(module)
    *owners, name = path.split(".")
    for each in owners:
        owner = getattr(owner, each)
    work = getattr(owner, name)
    wrap = wrapped if inspect.iscoroutinefunction(work) else wrapped_plain
    setattr(owner, name, wrap(work, step, trap))


def main(kind: str, trap: Path, reached: Path, *words: str) -> int:
    for step in (*STEPS, *FIRST_STEPS, *WITH_A_PASSWORD):
        if kind in step.of:
            lay(step, Trap(trap, reached))
    if kind == "up":
        return strongroom.main(["up", *words])
    return int(importlib.import_module(MAINS[kind]).main(Settings.from_env()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:]))
