"""Folders and files as servers need them: owned by whom, readable by whom, whole or not there."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from ops.runtime.accounts import Account

FOLDER = os.O_RDONLY | os.O_DIRECTORY
LEFT = re.compile(r"\..+\.[0-9a-f]{16}")
"""The names under which `write` and key files come into being."""


def folder(path: Path, mode: int, owner: Account | None = None) -> Path:
    """Make `path`, or bring its mode and owner back to what they must be.

    What is given to an owner is no link: he may have put it there, and root would give him what it leads to. OSError.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _opened(path, FOLDER if owner is None else FOLDER | os.O_NOFOLLOW) as number:
        _own(number, mode, owner)
    return path


def write(path: Path, content: bytes, mode: int, owner: Account | None = None) -> None:
    """Replace `path` whole, through a new name: no crash leaves half of it, no planted link is followed."""
    with _opened(path.parent, FOLDER) as parent:
        _write_in(parent, path.name, content, mode, owner)


def write_below(top: Path, name: str, content: bytes, mode: int, owner: Account | None = None) -> None:
    """The same for a `name` of several parts, below a folder whose owner may be at work there. Each folder from `top`
    on is held while the next is looked up in it, and none may be a link: OSError when one is."""
    *parents, last = Path(name).parts
    with ExitStack() as stack:
        held = stack.enter_context(_opened(top, FOLDER | os.O_NOFOLLOW))
        for part in parents:
            with suppress(FileExistsError):
                os.mkdir(part, 0o700, dir_fd=held)
            held = stack.enter_context(_opened(Path(part), FOLDER | os.O_NOFOLLOW, held))
            _own(held, 0o700, owner)
        _write_in(held, last, content, mode, owner)


def clear(path: Path) -> None:
    """Remove what writers that were killed have left in this folder, copies of keys too; nobody may be writing now."""
    for left in path.glob(".*"):
        if LEFT.fullmatch(left.name):
            left.unlink()


def sync_folder(path: Path) -> None:
    """Names are lasting only when their folder is on disk too."""
    with _opened(path, FOLDER) as number:
        os.fsync(number)


@contextmanager
def _opened(path: Path, flags: int, within: int | None = None) -> Iterator[int]:
    """Its number; `within` a folder that is held by its own."""
    try:
        number = os.open(path, flags, dir_fd=within)
    except NotADirectoryError as error:
        raise NotADirectoryError(error.errno, "a folder belongs there, and no link to one", str(path)) from error
    try:
        yield number
    finally:
        os.close(number)


def _write_in(parent: int, name: str, content: bytes, mode: int, owner: Account | None) -> None:
    fresh = f".{name}.{secrets.token_hex(8)}"
    try:
        _write_new(parent, fresh, content, mode, owner)
        os.rename(fresh, name, src_dir_fd=parent, dst_dir_fd=parent)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(fresh, dir_fd=parent)
        raise
    os.fsync(parent)


def _write_new(parent: int, name: str, content: bytes, mode: int, owner: Account | None) -> None:
    number = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=parent)
    with open(number, "wb") as file:
        file.write(content)
        _own(number, mode, owner)
        file.flush()
        os.fsync(number)


def _own(number: int, mode: int, owner: Account | None) -> None:
    """By its number: what a name leads to can be changed between two looks."""
    if owner is not None and os.geteuid() == 0:
        os.fchown(number, owner.uid, owner.gid)
    os.fchmod(number, mode)
