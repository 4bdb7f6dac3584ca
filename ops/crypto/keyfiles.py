"""Key files: made once, never overwritten, and refused when anybody else could have read or replaced them."""

from __future__ import annotations

import os
import secrets
import stat
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
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write(fresh, secrets.token_bytes(SIZE))
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink(missing_ok=True)
    _sync_folder(path.parent)


def extend(path: Path) -> None:
    """Add a version to a root: a fresh key behind those that are there, whole or not at all."""
    content = read(path)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write(fresh, content + secrets.token_bytes(SIZE))
        os.rename(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    _sync_folder(path.parent)


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
