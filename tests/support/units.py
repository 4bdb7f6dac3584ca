"""The units of systemd, read as systemd reads them, and what of them can be had without it."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "ops" / "systemd"
UNITS = sorted(path.name for path in FOLDER.glob("*.service"))
Unit = dict[str, list[str]]


def unit(name: str) -> Unit:
    """Every directive of the service and its values, in their order."""
    found: Unit = defaultdict(list)
    for line in (FOLDER / name).read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            directive, _, value = line.partition("=")
            found[directive].append(value)
    return found


def environment(name: str) -> dict[str, str]:
    """What the unit sets itself."""
    told = (word.partition("=") for line in unit(name)["Environment"] for word in line.split())
    return {variable: value for variable, _, value in told}


def confined(name: str) -> list[str]:
    """What to start a process by, so that it has the unit's capabilities and gets no others; nothing when we are not
    root, who alone has any."""
    program = shutil.which("setpriv")
    if os.geteuid() != 0 or program is None:
        return []
    (kept,) = unit(name)["CapabilityBoundingSet"]
    powers = ",".join(["-all", *(f"+{power.removeprefix('CAP_').lower()}" for power in kept.split())])
    return [program, "--no-new-privs", "--bounding-set", powers]
