"""Checks of what a start would stumble over: locks whose holder is gone, servers that outlived their supervisor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ops.doctor.findings import Finding, look, stops, well
from ops.runtime import postgres, up
from ops.settings import Settings


def supervisor_lock(settings: Settings) -> Iterator[Finding]:
    """The kernel takes a lock back from whoever ends; but one who inherited the file from him still holds it."""
    if not up.is_running(settings):
        return
    path = settings.state / "lock"
    holder = path.read_text().strip()
    if holder.isdigit() and not Path(f"/proc/{holder}").exists():
        yield stops(
            "locks",
            f"{path} is held, but the supervisor that took it (process {holder}) is gone",
            f"end the process that `fuser {path}` names, then start `strongroom up`",
        )
    else:
        yield well("locks", "held by the supervisor that runs")


def server_locks(settings: Settings) -> Iterator[Finding]:
    """While we run they are our servers' own."""
    if up.is_running(settings) or settings.database_url is not None:
        return
    left = False
    for path in postgres.lock_files(settings.state):
        if (pid := postgres.holder(path)) is None:
            continue
        left = True
        if postgres.runs_over(settings.state, pid):
            says, does = f"PostgreSQL (process {pid}) has outlived its supervisor", "it ends that server first"
        else:
            says, does = f"{path} was left by process {pid}, no PostgreSQL of ours", "it clears the file away"
        yield look("locks", says, f"start `strongroom up`: {does}, and nothing is lost")
    if not left:
        yield well("locks", "none was left behind")


CHECKS = (supervisor_lock, server_locks)
