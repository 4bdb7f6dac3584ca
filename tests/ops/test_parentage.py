"""Who helps a process ends with it, even when that one is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from ops.parentage import die_with

VERIFIES = """
import os, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from ops.ledger import verify
verify._Reader = lambda *_: None  # it has no database to read
with ProcessPoolExecutor(1, get_context("fork"), verify._sit_down, (None, "", os.getpid())) as pool:
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(60)
"""


def ended(pid: int, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_who_verifies_ends_with_the_one_that_was_asked() -> None:
    with subprocess.Popen([sys.executable, "-c", VERIFIES], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        helper = int(process.stdout.readline())
        process.kill()
    assert ended(helper)


def test_a_parent_that_has_ended_already_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    class Ended(BaseException):
        pass

    def leave(status: int) -> None:
        raise Ended(status)

    monkeypatch.setattr(os, "_exit", leave)
    with pytest.raises(Ended):
        die_with(os.getppid() + 1, signal.SIGCONT)
