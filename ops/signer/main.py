"""The signer process: keys and memory, then no more rights than it needs; signs the log while it may."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Self
from uuid import UUID

import psycopg
from psycopg import Connection

from domain.alarms import AlarmKind
from domain.registry import AGGREGATES
from ops import database
from ops.crypto import keyfiles
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.signing import SigningKey
from ops.ledger.source import CHANNEL
from ops.ledger.topics import Topics
from ops.logging import Log, start_logging
from ops.proof.errors import Unproved
from ops.proof.policy import Policy
from ops.runtime import accounts, files, garbage, privileges
from ops.runtime.readiness import announce
from ops.settings import Settings
from ops.signer.desk import Desk
from ops.signer.memory import MemoryBusy, MemoryFile
from ops.signer.origin import LOG_KEY, origin, read_policy
from ops.signer.records import NotAdmitted, Records
from ops.signer.signer import Identity, Signer
from ops.signer.store import Store
from ops.signer.witnesses import Witnesses

AGAIN = 0.25
REST = 1.0
LOOK = 10.0
AHEAD = 5.0
"""Seconds that a record may be ahead of the database's clock: more is a clock that was set back."""
ALONE = 60.0
"""Seconds for which checkpoints may go without their quorum before somebody is told."""
READ = "`When the log is read-only` in docs/operations.md says what to do"

log = Log("strongroom.signer")


class Stopped(Exception):
    """We were asked to stop."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What only whoever started us can read: the log's own key, and the authors' to check records by."""

    log_id: UUID
    log_key: SigningKey
    authors: AuthorKeys
    policy: Policy

    @classmethod
    def read(cls, settings: Settings) -> Self:
        log_key = SigningKey(keyfiles.read_key(settings.keys / LOG_KEY))
        return cls(settings.log_id, log_key, AuthorKeys.read(settings.keys, None), read_policy(settings))


def main(settings: Settings) -> int:
    start_logging("signer")
    keys = Keys.read(settings)
    folder = _folder(settings)
    privileges.drop(settings)
    garbage.seldom()
    with suppress(Stopped):
        Process(settings, keys, folder).run()
    return 0


def _folder(settings: Settings) -> Path:
    """Where the memory lies: the signer's alone. Root makes it and gives it away before it becomes the signer."""
    owner = accounts.lookup(settings.run_as) if settings.run_as is not None and accounts.is_root() else None
    return files.folder(settings.signer_memory, 0o700, owner)


class Process:
    """Signs for as long as it has the turn; comes back by itself when PostgreSQL does."""

    def __init__(self, settings: Settings, keys: Keys, folder: Path) -> None:
        self._settings = settings
        self._keys = keys
        self._folder = folder
        self._desk = Desk(database.views_url(settings, "sign"))
        self._topics = Topics(AGGREGATES)
        self._looked = float("-inf")
        self._waiting = False
        self._asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def run(self) -> None:
        """Until Stopped."""
        while True:
            try:
                with database.connect_now(database.ledger_url(self._settings, "sign", limited=False)) as connection:
                    self._with(connection)
            except psycopg.Error as error:
                log.warning("the signer waits for PostgreSQL", problem=type(error).__name__)
            self._rest(AGAIN)

    def _with(self, connection: Connection[tuple[Any, ...]]) -> None:
        connection.execute(f"listen {CHANNEL}")
        while not _has_turn(connection):
            announce(self._settings)
            self._rest(REST)
        while True:
            self._until_unproved(Store(connection, self._keys.log_id))
            announce(self._settings)
            self._rest(REST)

    def _until_unproved(self, store: Store) -> None:
        """Sign for as long as the log is what was signed; in between the memory is nobody's, so that it can be put back
        or a recovery can begin another."""
        position = 0
        try:
            with closing(MemoryFile(self._folder)) as memory:
                signer = self._signer(store, memory)
                signer.begin()
                position = signer.size
                log.info("the log is what was signed", position=position)
                announce(self._settings)
                self._sign(store.database, signer)
        except NotAdmitted as trouble:
            self._desk.alarm(AlarmKind.UNPROVED, trouble.position, str(trouble))
        except MemoryBusy as trouble:
            log.warning("the signer's memory is in use", problem=str(trouble))
        except Unproved as trouble:
            store.close_gate(origin(self._keys.log_id), f"{trouble}. {READ}")
            self._desk.alarm(AlarmKind.READ_ONLY, position, str(trouble))

    def _signer(self, store: Store, memory: MemoryFile) -> Signer:
        remembered = memory.read()
        name = origin(self._keys.log_id) if remembered is None else remembered.origin
        records = Records(self._keys.log_id, self._topics, self._keys.authors)
        return Signer(store, records, Identity(name, self._keys.log_key), memory, Witnesses(self._keys.policy))

    def _sign(self, connection: Connection[tuple[Any, ...]], signer: Signer) -> None:
        while True:
            more = signer.step()
            self._look(signer)
            if not more:
                self._listen(connection, signer.wait())

    def _look(self, signer: Signer) -> None:
        now = time.monotonic()
        if now - self._looked < LOOK:
            return
        self._looked = now
        if (ahead := signer.store.seconds_ahead(signer.size)) > AHEAD:
            self._desk.alarm(AlarmKind.CLOCK, signer.size, f"the database's clock is {ahead:.0f} s behind its records")
        if signer.unwitnessed_since is not None and now - signer.unwitnessed_since > ALONE:
            self._desk.alarm(AlarmKind.UNWITNESSED, signer.size, "too few witnesses have cosigned for a minute")

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """While we wait, and only then, being asked to stop takes effect: what was begun is ended."""
        self._waiting = True
        try:
            if self._asked:
                raise Stopped
            yield
        finally:
            self._waiting = False

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._asked = True
        if self._waiting:
            raise Stopped

    def _listen(self, connection: Connection[tuple[Any, ...]], seconds: float) -> None:
        """Until the next commit, or for so long."""
        with self._interruptible():
            for _ in connection.notifies(timeout=seconds, stop_after=1):
                pass

    def _rest(self, seconds: float) -> None:
        with self._interruptible():
            time.sleep(seconds)


def _has_turn(connection: Connection[tuple[Any, ...]]) -> bool:
    """One signer at a time, for as long as its connection lives; `publish_checkpoint` refuses a second one anyway."""
    row = connection.execute("select pg_try_advisory_lock(hashtext('strongroom.signer'))").fetchone()
    return row is not None and bool(row[0])
