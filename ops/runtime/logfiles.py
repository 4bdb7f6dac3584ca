"""Children's logs: kept short while they are being written, a few old ones beside them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

LARGEST = 20 << 20
KEPT = 3


def rotate(folder: Path, largest: int = LARGEST) -> list[Path]:
    """Set aside what has grown too large. Writers append, so a file emptied under them goes on at its beginning."""
    grown = [path for path in folder.glob("*.log") if path.stat().st_size > largest]
    for path in grown:
        _set_aside(path)
    return grown


def _set_aside(path: Path) -> None:
    for number in range(KEPT, 1, -1):
        older = path.with_suffix(f".log.{number - 1}")
        if older.exists():
            older.rename(path.with_suffix(f".log.{number}"))
    shutil.copyfile(path, path.with_suffix(".log.1"))
    path.with_suffix(".log.1").chmod(0o600)
    os.truncate(path, 0)
