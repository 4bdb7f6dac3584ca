"""A signer that kills itself dead at one step: `python -m tests.ops.signer.victim DSN FOLDER NAME:before|after`."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from ops.crypto.author_keys import AuthorKeys
from ops.proof.policy import Policy
from ops.signer.memory import MemoryFile
from ops.signer.records import Records
from ops.signer.signer import Signer
from ops.signer.store import Store
from ops.signer.witnesses import Witnesses
from tests.ops.ledger.sample import LOG_ID, fresh_keys
from tests.ops.proof.logs import TOPICS
from tests.ops.signer.stand import IDENTITY, finish


def set_trap(step: str) -> None:
    """What is named ends the process when it is called, before it does anything or after."""
    path, _, when = step.partition(":")
    owner, name = found(path)
    inner: Callable[..., Any] = getattr(owner, name)

    def trap(*given: Any, **more: Any) -> Any:
        if when == "after":
            inner(*given, **more)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, trap)


def found(path: str) -> tuple[Any, str]:
    """The module or class that holds the name."""
    parts = path.split(".")
    for end in range(len(parts) - 1, 0, -1):
        try:
            holder: Any = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:-1]:
            holder = getattr(holder, part)
        return holder, parts[-1]
    raise LookupError(path)


def main(dsn: str, folder: Path, step: str) -> None:
    policy = Policy.parse(Path(os.environ["POLICY"]).read_text())
    with psycopg.connect(dsn, autocommit=True) as ledger, closing(MemoryFile(folder)) as memory:
        records = Records(LOG_ID, TOPICS, AuthorKeys(None, fresh_keys().authors))
        signer = Signer(Store(ledger, LOG_ID), records, IDENTITY, memory, Witnesses(policy))
        set_trap(step)
        signer.begin()
        finish(signer)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
