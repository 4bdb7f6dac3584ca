"""`strongroom up`: everything on this machine, one supervisor a state folder."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg

from domain.errors import ReadOnly
from ops.ledger.errors import Forked
from ops.logging import Log, start_logging
from ops.runtime import accounts, certificates, files, groundwork, keys, listening, sealing, standing
from ops.runtime.housekeeping import Housekeeping
from ops.runtime.nats import Nats
from ops.runtime.postgres import Postgres, idents
from ops.runtime.process import Server, StartError
from ops.runtime.processes import Process
from ops.runtime.sealing import Unsealing
from ops.runtime.supervisor import Stopped, Supervisor
from ops.settings import Settings

KINDS = ("signer", "projector", "worker", "api")
"""In the order of their start; they stop the other way round, the api first."""
PATIENCE = 60.0
log = Log("strongroom.up")

FirstStart = Callable[[Settings, Path | None], str | None]
"""Opens the log if it is new; answers the token of an invitation while nobody can sign in yet. Raises Forked."""
NoteUnsealing = Callable[[Settings, Unsealing], None]
"""Records that sealed roots were opened; says nothing when nothing can be recorded."""
Say = Callable[[str], None]


def up(
    settings: Settings, open_vault: FirstStart, note_unsealing: NoteUnsealing, password_file: Path | None, say: Say
) -> None:  # fmt: skip
    """Start everything, look after it, and stop it when asked. Over sealed roots it waits for what opens them."""
    began = time.monotonic()
    groundwork.refuse_closed(settings)
    with alone(settings), _own_log(settings):
        listening.refuse_taken(settings)
        listening.note(settings)
        standing.standing_file(settings).unlink(missing_ok=True)  # of the supervisor before us
        supervisor = Supervisor()
        try:
            unsealing = sealing.unsealed(settings, supervisor, say)
            groundwork.lay_files(settings)
            ours = servers(settings)
            supervisor.bring_up(ours, PATIENCE)
            _lay_databases(settings, supervisor)
            token = _open(settings, supervisor, open_vault, password_file, say)
            if unsealing is not None:
                note_unsealing(settings, unsealing)
            standing.tell(settings, supervisor.standing())
            _greet(settings, token, time.monotonic() - began, say)
            nats = next((each for each in ours if isinstance(each, Nats)), None)
            supervisor.look_after(Housekeeping(settings, supervisor, nats))
        except Stopped:
            log.info("asked to stop while starting")
        finally:
            supervisor.shut_down()


def is_running(settings: Settings) -> bool:
    """Whether a supervisor looks after this state folder."""
    try:
        with open(settings.state / "lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """One supervisor a state folder; the kernel takes the lock back however we end."""
    files.folder(settings.state, 0o711)
    with open(settings.state / "lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise StartError(
                f"Strongroom runs already over {settings.state} (process {lock.read().strip() or '?'}): "
                "stop it first, or choose another folder with --state"
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


@contextmanager
def _own_log(settings: Settings) -> Iterator[None]:
    files.folder(settings.state / "logs", 0o700)
    with _append_to(settings.state / "logs" / "supervisor.log") as output:
        start_logging("supervisor", output)
        yield


def _append_to(path: Path) -> IO[str]:
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    return open(number, "a", buffering=1, encoding="utf-8")


def servers(settings: Settings) -> list[Server]:
    """PostgreSQL and NATS, those that are not somebody else's."""
    ours: list[Server] = []
    if settings.database_url is None:
        separate = {kind: accounts.process(kind) for kind in KINDS} if accounts.is_root() else {}
        ours.append(Postgres(settings.state, accounts.servers(), idents(separate)))
    if settings.nats_url is None:
        files.folder(settings.state / "siem", 0o700, accounts.process("worker"))
        users, store_key = keys.bus_user_names(settings), keys.store_key(settings)
        ours.append(Nats(settings.state, accounts.servers(), settings.nats_port, users, store_key))
    return ours


def _processes(settings: Settings) -> list[Server]:
    return [Process(kind, settings, settings.state) for kind in KINDS]


def _lay_databases(settings: Settings, supervisor: Supervisor) -> None:
    """A server that dies or is away meanwhile gets time to come back."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return groundwork.lay_databases(settings)
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            log.warning("waiting for PostgreSQL")
            supervisor.linger(0.5)


def _open(
    settings: Settings, supervisor: Supervisor, open_vault: FirstStart, password_file: Path | None, say: Say
) -> str | None:
    """Bring up our processes: all at once when nothing has to be written first, for that has to wait for the signer."""
    signer, *others = _processes(settings)
    if _is_up_to_date(settings):
        supervisor.bring_up([signer, *others], PATIENCE)
        return None
    supervisor.bring_up([signer], PATIENCE)
    token = _written(settings, open_vault, password_file, say)
    supervisor.bring_up(others, PATIENCE)
    return token


def _is_up_to_date(settings: Settings) -> bool:
    return groundwork.is_open(settings) and groundwork.knows_roles(settings)


def _written(settings: Settings, open_vault: FirstStart, password_file: Path | None, say: Say) -> str | None:
    """Each start offers a new link until somebody has used one: a link that was lost must not lock everybody out. A
    release that has new operations gives them to the built-in roles at its first start. Over a log that was set back
    it does neither: all is started, so that `doctor` can look and everybody is told, and answers 503."""
    if _is_up_to_date(settings):
        return None
    try:
        token = open_vault(settings, password_file)
    except ReadOnly as why:
        log.error("the log is not what was signed", problem=str(why))
        say(f"Nothing was written: {why}")
        return None
    except Forked as fork:
        log.error("the log is not the one that the read models were made from", problem=str(fork))
        say(f"Nothing was written: {fork}. Read `When the log forks` in docs/operations.md.")
        return None
    groundwork.note_roots(settings)
    groundwork.note_roles(settings)
    if token is None:
        groundwork.note_open(settings)
    return token


def _greet(settings: Settings, token: str | None, seconds: float, say: Say) -> None:
    log.info("all ready", seconds=round(seconds, 3), port=settings.port)
    say(f"Strongroom is ready ({seconds:.1f} s): {certificates.address(settings)}/")
    if token is not None:
        say("Nobody can sign in yet. Open this link to become the first administrator; it works once:")
        say(f"  {certificates.address(settings)}/welcome#{token}")
