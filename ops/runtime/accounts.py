"""The OS users that servers and processes run as: their own ones as root, else whoever started us."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass

SERVERS = "strongroom"
PROCESSES = {
    "api": "strongroom-api", "projector": "strongroom-projector", "worker": "strongroom-worker",
    "signer": "strongroom-signer", "door": "strongroom-api",
}  # fmt: skip


class AccountError(Exception):
    """An OS user that is needed cannot be had."""


@dataclass(frozen=True, slots=True)
class Account:
    """An OS user."""

    name: str
    uid: int
    gid: int


def is_root() -> bool:
    return os.geteuid() == 0


def me() -> Account:
    """Whoever runs this process. PostgreSQL's peer authentication needs a name, a bare number is not enough."""
    try:
        return _account(pwd.getpwuid(os.geteuid()))
    except KeyError:
        raise AccountError(
            f"user {os.geteuid()} has no name in the password database: add one, PostgreSQL cannot start without"
        ) from None


def servers() -> Account:
    """Who owns the data and runs PostgreSQL and NATS."""
    return _ensure(SERVERS) if is_root() else me()


def process(kind: str) -> Account:
    """Who runs the api, the projector, the worker or the signer. All share the servers' group, for their socket."""
    return _ensure(PROCESSES[kind], group=SERVERS) if is_root() else me()


def lookup(name: str) -> Account | None:
    try:
        return _account(pwd.getpwnam(name))
    except KeyError:
        return None


def _ensure(name: str, group: str | None = None) -> Account:
    """Somebody else may be making the same user, so a refusal only counts when the user is not there afterwards."""
    said = ""
    for _ in range(20):
        if (found := lookup(name)) is not None:
            return found
        said = _create(name, group)
        time.sleep(0.1 if said else 0)
    raise AccountError(f"cannot create the system user {name}: {said}")


def _create(name: str, group: str | None) -> str:
    if (useradd := shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")) is None:
        raise AccountError(f"there is no useradd here: create the system user {name} (group {group or name}) by hand")
    belongs = ["--gid", group] if group else ["--user-group"]
    argv = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", *belongs, name]
    return subprocess.run(argv, capture_output=True, text=True, check=False).stderr.strip()


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
