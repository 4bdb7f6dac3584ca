"""Starting a child that cannot outlive us, under an OS user of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ops.parentage import die_with
from ops.runtime.accounts import Account

PLAIN = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


class StartError(Exception):
    """A child did not come up; the message says what to look at."""


@dataclass(frozen=True, slots=True)
class Command:
    """What to execute, as whom, and by which signal it shall end when we die."""

    argv: Sequence[str]
    dies_by: signal.Signals = signal.SIGTERM
    account: Account | None = None
    env: Mapping[str, str] = field(default_factory=lambda: PLAIN)
    passes: tuple[int, ...] = ()
    folder: Path = Path("/")


class Server(Protocol):
    """A child that we start, wait for, and stop."""

    @property
    def name(self) -> str:
        """What it is called in logs."""

    @property
    def stops_by(self) -> tuple[tuple[signal.Signals, float], ...]:
        """Signals to stop it by, gentle first, each with the seconds it is given."""

    @property
    def log(self) -> Path:
        """Where its output goes."""

    def prepare(self) -> None:
        """Bring folders and files into the state a start needs; before every start."""

    def start(self) -> subprocess.Popen[bytes]:
        """Start it. Only the main thread may: the death signal is tied to the thread that forks."""

    def is_ready(self, process: subprocess.Popen[bytes]) -> bool:
        """Whether `process` answers by now."""


def spawn(command: Command, log: Path) -> subprocess.Popen[bytes]:
    """Execute `command`, its output appended to `log`."""
    with open(log, "ab") as output:
        return subprocess.Popen(
            command.argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            preexec_fn=_dies_with_us(command.dies_by), cwd=command.folder, env=command.env, pass_fds=command.passes,
            umask=0o077, user=_user(command.account), group=_group(command.account),
            extra_groups=_groups(command.account),
        )  # fmt: skip


def run(command: Command) -> None:
    """Execute `command` to its end, or to ours; StartError with what it said when it fails."""
    done = subprocess.run(
        command.argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, cwd=command.folder,
        preexec_fn=_dies_with_us(command.dies_by), env=command.env, umask=0o077, user=_user(command.account),
        group=_group(command.account), extra_groups=_groups(command.account),
    )  # fmt: skip
    if done.returncode:
        raise StartError(f"{command.argv[0]} failed ({done.returncode}): {done.stderr.strip()[-2000:]}")


def _dies_with_us(number: signal.Signals) -> Callable[[], None]:
    """What a child does before it becomes the command."""
    parent = os.getpid()

    def die_with_parent() -> None:  # after setuid, which would clear it
        die_with(parent, number)

    return die_with_parent


def start_and_wait(server: Server, seconds: float = 60) -> subprocess.Popen[bytes]:
    """Start `server` and return when it answers; started again when it ends early, as old backends may linger."""
    deadline = time.monotonic() + seconds
    server.prepare()
    process = server.start()
    while not server.is_ready(process):
        if time.monotonic() > deadline:
            stop(server, process)
            raise StartError(f"{server.name} did not answer within {seconds:.0f} s: see {server.log}")
        if process.poll() is not None:
            time.sleep(0.25)
            server.prepare()
            process = server.start()
        time.sleep(0.01)
    return process


def stop(server: Server, process: subprocess.Popen[bytes]) -> None:
    """End `process`, gently first."""
    for number, seconds in server.stops_by:
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    process.wait()


def _user(account: Account | None) -> int | None:
    return account.uid if account and account.uid != os.geteuid() else None


def _group(account: Account | None) -> int | None:
    return account.gid if account and account.uid != os.geteuid() else None


def _groups(account: Account | None) -> list[int] | None:
    return [] if account and account.uid != os.geteuid() else None
