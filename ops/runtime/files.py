"""Folders and files as servers need them: owned by whom, readable by whom, whole or not there."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from ops.runtime.accounts import Account

LEFT = re.compile(r"\..+\.[0-9a-f]{16}")
"""The names under which `write` and key files come into being."""


def folder(path: Path, mode: int, owner: Account | None = None) -> Path:
    """Make `path`, or bring its mode and owner back to what they must be."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    _own(path, mode, owner)
    return path


def write(path: Path, content: bytes, mode: int, owner: Account | None = None) -> None:
    """Replace `path` whole, through a new name: no crash leaves half of it, no planted link is followed."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write_new(fresh, content)
        _own(fresh, mode, owner)
        fresh.rename(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def clear(path: Path) -> None:
    """Remove what writers that were killed have left in this folder, copies of keys too; nobody may be writing now."""
    for left in path.glob(".*"):
        if LEFT.fullmatch(left.name):
            left.unlink()


def sync_folder(path: Path) -> None:
    """Names are lasting only when their folder is on disk too."""
    number = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _write_new(path: Path, content: bytes) -> None:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with open(number, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(number)


def _own(path: Path, mode: int, owner: Account | None) -> None:
    if owner is not None and os.geteuid() == 0:
        os.chown(path, owner.uid, owner.gid)
    path.chmod(mode)
