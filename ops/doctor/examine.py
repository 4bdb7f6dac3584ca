"""All checks, in the order in which one thing stands on another."""

from __future__ import annotations

from ops.doctor import folders, machine, processes, servers
from ops.doctor.findings import Check, Finding
from ops.settings import Settings

CHECKS: tuple[Check, ...] = (*machine.CHECKS, *folders.CHECKS, *servers.CHECKS, *processes.CHECKS)


def everything(settings: Settings) -> list[Finding]:
    return [finding for check in CHECKS for finding in check(settings)]
