"""Key files: made once, never overwritten, and refused when anybody else could have read or replaced them."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SIZE = 32
LARGEST = 64 * 1024


class KeyFileError(Exception):
    """A key file that is missing or cannot be trusted; the message says what to do."""


def read(path: Path, largest: int | None = LARGEST) -> bytes:
    """The content of a key file that only its owner, who is us, can reach."""
    _check_folder(path.parent)
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise KeyFileError(f"{path} cannot be read ({error.strerror}): restore it from a safe copy") from error
    try:
        _check_file(path, os.fstat(number))
        with open(number, "rb", closefd=False) as file:
            return file.read(largest)
    finally:
        os.close(number)


def read_key(path: Path) -> bytes:
    """A key of 32 bytes."""
    if len(key := read(path)) != SIZE:
        raise KeyFileError(f"{path} has {len(key)} bytes, not {SIZE}: restore it from a safe copy")
    return key


def create(path: Path) -> None:
    """Write a fresh key to `path`, whole or not at all. A key that exists stays: nothing could replace it."""
    with suppress(FileExistsError):
        put(path, secrets.token_bytes(SIZE))
    _sync_folder(path.parent)


def extend(path: Path) -> None:
    """Add a version to a root: a fresh key behind those that are there, whole or not at all."""
    replace(path, read(path) + secrets.token_bytes(SIZE))


def put(path: Path, content: bytes) -> None:
    """A new file for its owner alone, lasting, whole or not there; FileExistsError when there is one."""
    with _written(path, content) as fresh:
        os.link(fresh, path)
    _sync_folder(path.parent)


def replace(path: Path, content: bytes) -> None:
    """The same in the place of what is there: that or this, and nothing in between."""
    with _written(path, content) as fresh:
        os.rename(fresh, path)
    _sync_folder(path.parent)


@contextmanager
def _written(path: Path, content: bytes) -> Iterator[Path]:
    """Beside `path`, under a name that nobody else has."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write(fresh, content)
        yield fresh
    finally:
        fresh.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with open(number, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(number)


def _sync_folder(path: Path) -> None:
    number = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _check_file(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise KeyFileError(f"{path} is not a plain file")
    if found.st_uid != os.geteuid():
        raise KeyFileError(f"{path} belongs to user {found.st_uid}, not to {os.geteuid()} who reads it: chown it")
    if found.st_mode & 0o077:
        raise KeyFileError(f"others can read {path} (mode {found.st_mode & 0o777:o}): chmod 600, then rotate the key")


def _check_folder(path: Path) -> None:
    try:
        found = path.stat()
    except OSError as error:
        raise KeyFileError(f"{path} cannot be read ({error.strerror}): are the key files on this machine?") from error
    if found.st_uid not in (os.geteuid(), 0) or found.st_mode & 0o022:
        raise KeyFileError(f"others could replace the keys in {path} (mode {found.st_mode & 0o777:o}): chmod 700 it")
