"""A vault on a real PostgreSQL, with key files, for worker processes of its own to be started, killed and frozen."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from commands.base import Caller
from commands.refusals import RefusalDesk
from commands.set_up import SetUp
from commands.vault import Vault
from commands.work import Tools
from domain import ids
from domain.base import Author
from domain.provenance import SYSTEM_ID, ActorKind, Channel
from domain.secrets import Secret
from ops import database
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring, name_key
from ops.crypto.providers.file import FileRoot
from ops.crypto.random import SystemRandom
from ops.crypto.sealer import Sealer
from ops.database import Pool
from ops.ledger.mapper import Mapper
from ops.ledger.marks import Marker
from ops.ledger.postgres import PostgresLog
from ops.ledger.source import LogSource
from ops.runtime import files, keys
from ops.settings import Settings
from projections.base import Projection
from projections.probes import ProbesProjection
from projections.rebuild import Rebuild
from projections.resets import ResetsProjection
from projections.sessions import SessionsProjection
from tests.support.servers import Database
from tests.support.vault import OWN, TOPICS, FastLogins, Person, nobody, sign_in

ROOT = Path(__file__).resolve().parents[2]
SYSTEM = Caller(kind=ActorKind.SYSTEM, id=SYSTEM_ID, channel=Channel.COMMAND_LINE)


@dataclass
class LiveVault:
    """One log as the test's own processes see it."""

    settings: Settings
    log: PostgresLog
    pool: Pool
    ledger: Database
    views: Database

    def __post_init__(self) -> None:
        self.logins = FastLogins()
        self.event_root = FileRoot.read(self.settings.keys / "event.root")
        self.secret_root = FileRoot.read(self.settings.keys / "secret.root")
        self.api = self.process(Author.API)

    def process(self, author: Author) -> Vault:
        log_id = self.settings.log_id
        secret_keys = Keyring(Tier.SECRET, self.secret_root, log_id, PostgresKeyStore(self.pool, Tier.SECRET))
        names = name_key(self.event_root, log_id)
        sealer = Sealer(log_id, secret_keys)
        tools = Tools(SystemRandom(), sealer, self.logins, lambda kind, name: ids.reserved(names, kind, name))
        return Vault(self.log, self.mapper(author), tools, RefusalDesk(time.monotonic))

    def mapper(self, author: Author, forged: Mapping[Author, bytes] | None = None) -> Mapper:
        """Of a process that writes as `author`, or of somebody with the data keys and these author's keys."""
        log_id = self.settings.log_id
        event_keys = Keyring(Tier.EVENT, self.event_root, log_id, PostgresKeyStore(self.pool, Tier.EVENT))
        authors = AuthorKeys.read(self.settings.keys, author) if forged is None else AuthorKeys(author, forged)
        return Mapper(log_id, event_keys, authors, TOPICS)

    async def administrator(self) -> Person:
        set_up = SetUp(
            log_id=self.settings.log_id,
            product_version="1",
            event_root=self.event_root.fingerprint(),
            secret_root=self.secret_root.fingerprint(),
            password=Secret(OWN),
        )
        await self.process(Author.SYSTEM).execute(set_up, SYSTEM)
        signed_in = await self.api.execute(sign_in("admin"), nobody())
        return Person(self, signed_in.value, self.api)  # type: ignore[arg-type]

    async def project(self) -> None:
        """Bring the read models that workers look into to where the log is now, and leave them there."""
        source = LogSource(self.ledger.dsn("project"))
        try:
            for projection in (ProbesProjection(), ResetsProjection(), SessionsProjection()):
                await self._rebuild(projection, source)
        finally:
            await source.close()

    async def _rebuild(self, projection: Projection, source: LogSource) -> None:
        marker = Marker(self.settings.log_id)
        await Rebuild(self.views.project, projection, source, self.mapper(Author.SYSTEM), marker).run()


@asynccontextmanager
async def live_vault(folder: Path, ledger: Database, views: Database) -> AsyncIterator[LiveVault]:
    """A vault whose worker is in more of a hurry than in earnest."""
    settings = Settings(
        state=files.folder(folder / "state", 0o711), config=files.folder(folder / "config", 0o700),
        database_url=_without_user(ledger), views_url=_without_user(views), lease_seconds=10, guess_seconds=1,
    )  # fmt: skip
    files.write(settings.log_id_file, f"{ids.new()}\n".encode(), 0o644)
    keys.make(settings)
    async with database.pool(ledger.append) as pool, PostgresLog(ledger.append) as log:
        yield LiveVault(settings, log, pool, ledger, views)


def _without_user(database_: Database) -> str:
    given = conninfo_to_dict(database_.append)
    return make_conninfo("", **{name: value for name, value in given.items() if name != "user"})


@dataclass
class WorkerProcess:
    """`strongroom worker`, to be treated badly."""

    settings: Settings
    output: Path
    process: subprocess.Popen[bytes] | None = None
    kills: int = 0
    freezes: int = 0
    _frozen: bool = field(default=False)

    async def start(self, seconds: float = 30) -> None:
        """Until it says that it is ready."""
        hears, speaks = os.pipe()
        try:
            env = {**self.settings.with_(ready_fd=speaks).to_env(), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
            with open(self.output, "ab") as output:  # noqa: ASYNC230
                self.process = subprocess.Popen(  # noqa: ASYNC220
                    [sys.executable, str(ROOT / "strongroom.py"), "worker"],
                    env=env, cwd=ROOT, pass_fds=(speaks,), stdout=output, stderr=output,
                )  # fmt: skip
        finally:
            os.close(speaks)
        try:
            said = await asyncio.wait_for(asyncio.to_thread(os.read, hears, 16), seconds)
        finally:
            os.close(hears)
        assert said, f"the worker did not start: {self.output.read_text()[-3000:]}"

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()
        self.kills += 1

    async def freeze(self, seconds: float) -> None:
        self._signal(signal.SIGSTOP)
        self.freezes += 1
        await asyncio.sleep(seconds)
        self._signal(signal.SIGCONT)

    async def stop(self, seconds: float = 15) -> int:
        """Ask it to end; its exit code."""
        self._signal(signal.SIGTERM)
        assert self.process is not None
        return await asyncio.wait_for(asyncio.to_thread(self.process.wait), seconds)

    def _signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
