"""All checks, in the order in which one thing stands on another."""

from __future__ import annotations

from ops.doctor import bus, folders, lineage, locks, machine, processes, proof, servers
from ops.doctor.findings import Check, Finding
from ops.runtime import listening, up
from ops.settings import Settings

CHECKS: tuple[Check, ...] = (
    *machine.CHECKS, *folders.CHECKS, *locks.CHECKS, *servers.CHECKS, *bus.CHECKS, *lineage.CHECKS, *proof.CHECKS,
    *processes.CHECKS,
)  # fmt: skip


def everything(settings: Settings) -> list[Finding]:
    """An instance that runs is looked at where it listens, whatever we were told."""
    if up.is_running(settings):
        settings = listening.as_noted(settings)
    return [finding for check in CHECKS for finding in check(settings)]
