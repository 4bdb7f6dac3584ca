"""Processes that end with the one that started them, however that one ends."""

from __future__ import annotations

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)


def die_with(parent: int, number: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel send us `number` when `parent` ends; at once, when it has ended meanwhile."""
    set_death_signal(number)
    if os.getppid() != parent:
        os._exit(1)


def set_death_signal(number: signal.Signals) -> None:
    """Have the kernel send us `number` when the thread that started us ends."""
    _libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
