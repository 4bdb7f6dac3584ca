"""How a supervisor's children stand, in a file for those who ask: true while its lock is held."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from ops.runtime import files
from ops.runtime.supervisor import Standing
from ops.settings import Settings


def standing_file(settings: Settings) -> Path:
    return settings.state / "standing.json"


def tell(settings: Settings, standing: Sequence[Standing]) -> None:
    """`doctor` reads it."""
    files.write(standing_file(settings), json.dumps([asdict(each) for each in standing]).encode(), 0o644)
