"""PostgreSQL as a child: a cluster made whole or not at all, reached by its socket alone, without any password."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ops.runtime import accounts, binaries, files
from ops.runtime.accounts import Account
from ops.runtime.process import Command, StartError, run, spawn

LONGEST_SOCKET = 107
HALF = "pgdata.new."
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "max_connections": "80",
    "shared_buffers": "256MB",
    "effective_cache_size": "2GB",
    "wal_level": "replica",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "pglz",
    "synchronous_commit": "on",
    "random_page_cost": "1.1",
    "jit": "off",
    "io_method": "worker",
    "io_workers": "1",
    "allow_alter_system": "off",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
}
"""What is logged can never show a parameter: ciphertext or not, it is nobody's business there."""

Ident = tuple[str, str]


def idents(separate: Mapping[str, Account]) -> list[Ident]:
    """Which OS user may be which database role. As an ordinary user one person is everybody, and `doctor` says so."""
    if not accounts.is_root():
        return everybody(accounts.me())
    return [
        (separate["api"].name, "append"),
        (separate["worker"].name, "append"),
        (separate["projector"].name, "project"),
        (separate["signer"].name, "sign"),
        *everybody(accounts.me()),  # root, who opens the log and whose command line looks into it
    ]


def everybody(account: Account) -> list[Ident]:
    """One OS user who may be any role."""
    return [(account.name, role) for role in ("append", "project", "sign", "migrate", "postgres")]


def lock_files(state: Path) -> tuple[Path, Path]:
    """What a server over `state` holds while it lives: in its data, and beside its socket."""
    return state / "pgdata" / "postmaster.pid", state / "run" / ".s.PGSQL.5432.lock"


def holder(lock: Path) -> str | None:
    """The process that a lock file names; None when there is no such file."""
    lines = _lines(lock)
    return lines[0].strip() if lines else None


def runs_over(state: Path, pid: str) -> bool:
    """Whether that process is a server over `state`."""
    return _postmaster(pid, state / "pgdata") is not None


def refuse_socket(state: Path) -> None:
    """Some paths cannot be spelled in an address, or are too long for the kernel."""
    path = str(state / "run" / ".s.PGSQL.5432")
    if len(os.fsencode(path)) > LONGEST_SOCKET or any(c in path for c in " ,'\\"):
        raise StartError(
            f"{path} cannot be a socket: choose a state folder with a shorter name, without spaces, commas or quotes, "
            "by --state or STRONGROOM_STATE"
        )


@dataclass
class Postgres:
    """The server over `state`; `idents` says who may log in as what."""

    state: Path
    account: Account
    idents: Sequence[Ident]
    settings: Mapping[str, str] = field(default_factory=dict)
    name: str = "postgresql"
    stops_by: tuple[tuple[signal.Signals, float], ...] = ((signal.SIGINT, 30), (signal.SIGQUIT, 10))

    @property
    def log(self) -> Path:
        return self.state / "logs" / "postgresql.log"

    @property
    def data(self) -> Path:
        return self.state / "pgdata"

    @property
    def socket(self) -> Path:
        return self.state / "run"

    def url(self, database: str, role: str | None = None) -> str:
        """How to connect; without `role` the process that connects says which it is."""
        user = f" user={role}" if role else ""
        return f"host={self.socket} dbname={database}{user}"

    def prepare(self) -> None:
        refuse_socket(self.state)
        files.folder(self.state, 0o711)
        files.folder(self.log.parent, 0o700)
        files.folder(self.socket, 0o750, self.account)
        self._programs = binaries.postgres(self.state, self.account)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._configure()
        self._clear_stale()

    def start(self) -> subprocess.Popen[bytes]:
        argv = [
            str(self._programs / "postgres"),
            "-D",
            str(self.data),
            f"--config-file={self._etc / 'postgresql.conf'}",
        ]
        return spawn(Command(argv, dies_by=signal.SIGINT, account=self.account), self.log)

    def is_ready(self, process: subprocess.Popen[bytes]) -> bool:
        lines = _lines(self.data / "postmaster.pid")
        return len(lines) > 7 and lines[0].strip() == str(process.pid) and lines[7].strip() == "ready"

    @property
    def _etc(self) -> Path:
        return self.state / "etc"

    def _initialise(self) -> None:
        """Into a folder of a name of its own first: neither a crash in the middle nor an initdb that outlives its
        supervisor, and clears away what it has made, can leave half a cluster."""
        self._clear_halves()
        fresh = self.data.with_name(f"{HALF}{secrets.token_hex(4)}")
        files.folder(fresh, 0o700, self.account)
        argv = [str(self._programs / "initdb"), "-D", str(fresh), "-U", "postgres", "--auth-local=peer",
                "--auth-host=reject", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                "--data-checksums", "--no-instructions"]  # fmt: skip
        run(Command(argv, account=self.account))
        if self.data.exists():
            self.data.rmdir()  # refuses when anything is in it: that is somebody's data
        fresh.rename(self.data)
        files.sync_folder(self.state)
        self._clear_halves()

    def _clear_halves(self) -> None:
        for half in self.state.glob(f"{HALF}*"):
            shutil.rmtree(half, ignore_errors=True)

    def _configure(self) -> None:
        """The configuration is ours, not the server's: whoever gets hold of that cannot let others in."""
        files.folder(self._etc, 0o750, Account("", 0, self.account.gid) if accounts.is_root() else None)
        places = {
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0770",
            "hba_file": str(self._etc / "pg_hba.conf"),
            "ident_file": str(self._etc / "pg_ident.conf"),
        }
        settings = {**SETTINGS, **self.settings, **places}
        self._put("postgresql.conf", "".join(f"{name} = '{value}'\n" for name, value in settings.items()))
        self._put("pg_hba.conf", "local all all peer map=strongroom\n")
        self._put("pg_ident.conf", "".join(f'strongroom "{user}" {role}\n' for user, role in self.idents))

    def _put(self, name: str, content: str) -> None:
        owner = Account("", 0, self.account.gid) if accounts.is_root() else None
        files.write(self._etc / name, content.encode(), 0o640, owner)

    def _clear_stale(self) -> None:
        """End a server that outlived its supervisor; forget one that is gone. The supervisor's lock makes this safe."""
        for file in lock_files(self.state):
            if (named := holder(file)) is None:
                continue
            if pid := _postmaster(named, self.data):
                _end(pid)
            else:  # its number may be another process's by now, for which PostgreSQL would wait for ever
                file.unlink(missing_ok=True)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []


def _postmaster(pid: str, data: Path) -> int | None:
    """The process, if it is alive and really runs over `data`: numbers are used again."""
    try:
        words = Path(f"/proc/{int(pid)}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    return int(pid) if os.fsencode(data) in words else None


def _end(pid: int) -> None:
    for number, seconds in ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0)):
        if _ends(pid, number, seconds):
            return


def _ends(pid: int, number: signal.Signals, seconds: float) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return True
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.02)
    return False
