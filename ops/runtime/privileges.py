"""Giving up root for good: first a process loads its code and keys, then it becomes a user who can reach neither."""

from __future__ import annotations

import ctypes
import importlib
import os
import resource
import signal

from ops.parentage import set_death_signal
from ops.runtime import accounts
from ops.settings import Settings

PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38
_libc = ctypes.CDLL(None, use_errno=True)

LATE = (
    "asyncio.sslproto", "asyncio.staggered", "concurrent.futures.thread", "email.message", "encodings.idna",
    "encodings.latin_1", "encodings.punycode", "encodings.utf_8_sig", "getpass", "http.client", "json.decoder",
    "multiprocessing.connection", "psycopg._copy_async", "psycopg.types.array", "psycopg.types.uuid", "socketserver",
    "ssl", "stringprep", "traceback", "unicodedata", "uuid", "zoneinfo",
)  # fmt: skip
"""What libraries import only when they need it: by then the interpreter's folder may be out of reach."""


class PrivilegesKept(Exception):
    """The process is still more than it should be, and must not serve."""


def drop(settings: Settings, *late: str) -> None:
    """Become the OS user that `settings.run_as` names, for good; `late` are further modules to import before.

    Everything that only root can do comes before: reading key files, binding low ports. As an ordinary user nothing is
    dropped. In both cases no debugger of the same user attaches from here on, and no core is written.
    """
    for module in (*LATE, *late):
        importlib.import_module(module)
    if settings.run_as is not None and accounts.is_root():
        _become(settings.run_as)
    _end_with(settings.supervisor)
    _shut_in()


def _become(name: str) -> None:
    account = accounts.lookup(name)
    if account is None or account.uid == 0:
        raise PrivilegesKept(f"{name} is not an OS user to run as: start `strongroom up` as root once, it makes them")
    os.setgroups([])
    os.setresgid(account.gid, account.gid, account.gid)
    os.setresuid(account.uid, account.uid, account.uid)
    os.environ["HOME"] = "/nonexistent"
    if os.getresuid() != (account.uid,) * 3 or os.getresgid() != (account.gid,) * 3 or os.getgroups():
        raise PrivilegesKept(f"the kernel did not make this process {name}")


def _end_with(supervisor: int | None) -> None:
    """Bind our life to the supervisor's again: changing users undid it. Nothing is lost by a sudden end."""
    if supervisor is None:
        return
    set_death_signal(signal.SIGKILL)
    if os.getppid() != supervisor:
        os._exit(1)


def _shut_in() -> None:
    _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    keep_unseen()


def keep_unseen() -> None:
    """What this process holds in memory, no debugger of the same user reads, and no core is written of it."""
    _libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
