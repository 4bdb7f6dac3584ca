"""The sshd of a lab's host, killed with all its connections, and started again as its host had started it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support.lab import LabHost

CONFIG = "/etc/ssh/sshd_config"
STARTS_WITHIN = 10.0


@dataclass
class Sshd:
    """`init` is the host's first process, as this machine numbers it. It is asleep meanwhile: it would end the host."""

    host: LabHost
    init: int

    def kill(self) -> None:
        """All of them: who listens, and who serves those that are signed in. In the middle of whatever they did."""
        for pid in self._all():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def start(self) -> None:
        words = ["nsenter", "-t", str(self.init), "-m", "-u", "-i", "-p", "chroot", str(self.host.folder / "root")]
        clean = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
        deadline = time.monotonic() + STARTS_WITHIN
        while not self._listens():
            assert time.monotonic() < deadline, f"the sshd of {self.host.name} does not start"
            subprocess.run([*words, "/usr/sbin/sshd", "-f", CONFIG], env=clean, check=False, capture_output=True)
            time.sleep(0.1)

    def _all(self) -> list[int]:
        room = _room(self.init)
        return [pid for pid in _pids() if _room(pid) == room and Path(_program(pid)).name in ("sshd", "sshd:")]

    def _listens(self) -> bool:
        return any("[listener]" in _line(pid) for pid in self._all())


@contextmanager
def sshd_of(host: LabHost) -> Iterator[Sshd]:
    """To be killed as often as one likes; in the end it runs. Whatever else of the kind the host ran does not."""
    sshd = Sshd(host, next(pid for pid in _pids() if _is_init(pid, host)))
    os.kill(sshd.init, signal.SIGSTOP)
    try:
        yield sshd
    finally:
        sshd.start()


def _is_init(pid: int, host: LabHost) -> bool:
    words = _line(pid).split()
    return words[:1] == ["bash"] and str(host.folder) in words


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def _line(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


def _room(pid: int) -> str:
    with suppress(OSError):
        return os.readlink(f"/proc/{pid}/ns/pid")
    return ""


def _program(pid: int) -> str:
    """The first word of what it calls itself: sshd names those it serves there."""
    return _line(pid).partition(" ")[0]
