"""What trials stand on: a PostgreSQL, a real vault, a log that was filled; each started when a trial first asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bench import filling
from bench.filling import Cast
from bench.vault import Vault, running_vault
from commands.resources import AddResource
from domain.resources import ResourceType
from ops.migrations import databases, runner
from ops.settings import Settings
from tests.support.live import live_vault
from tests.support.servers import Database, DatabaseServer, database_server, fresh_database, scratch

ACCOUNTS = 10_000
RESOURCES = 20


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line said."""

    rounds: int
    seconds: int
    events: int
    grown: int


@dataclass(frozen=True, slots=True)
class FilledLog:
    """A log of real events that nobody writes to."""

    settings: Settings
    ledger: Database
    views: Database
    events: int


class Stage:
    """Owns all that is started; whoever made `stack` ends it."""

    def __init__(self, options: Options, stack: ExitStack, note: Callable[[str], None]) -> None:
        self.options = options
        self.note = note
        self.on_vault: set[str] = set()
        self._stack = stack
        self._filled: dict[int, FilledLog] = {}
        self._vault: Vault | None = None

    @cached_property
    def database(self) -> DatabaseServer:
        """PostgreSQL as `strongroom up` configures it."""
        return self._stack.enter_context(database_server({}))

    @cached_property
    def folder(self) -> Path:
        return self._stack.enter_context(scratch())

    def ledger(self) -> Database:
        """An empty log."""
        return self._stack.enter_context(fresh_database(self.database, databases.LEDGER, runner.LEDGER))

    def vault(self, trial: str) -> Vault:
        """A real vault with all its processes, people and accounts; `trial` will have to answer for its read models."""
        self.on_vault.add(trial)
        if self._vault is None:
            self.note(f"starting a vault with {ACCOUNTS:,} accounts")
            self._vault = self._stack.enter_context(running_vault(ACCOUNTS, RESOURCES))
        return self._vault

    def prove(self) -> None:
        """NoResult unless the vault's read models are a fold of its log."""
        if self._vault is not None:
            self.note("proving that the vault's read models are a fold of its log")
            self._vault.prove()

    def filled(self, events: int) -> FilledLog:
        """A log of so many sealed events, and a database for read models beside it."""
        if events not in self._filled:
            self.note(f"filling a log with {events:,} sealed events")
            self._filled[events] = self._fill(events)
        return self._filled[events]

    def _fill(self, events: int) -> FilledLog:
        ledger = self.ledger()
        views = self._stack.enter_context(fresh_database(self.database, databases.VIEWS, runner.VIEWS))
        (folder := self.folder / str(events)).mkdir()
        settings, cast = asyncio.run(_opened(folder, ledger, views))
        filling.add_accounts(ledger.superuser, settings, cast, min(ACCOUNTS, events // 10))
        filling.fill(ledger.superuser, settings, cast, events)
        return FilledLog(settings, ledger, views, events)


async def _opened(folder: Path, ledger: Database, views: Database) -> tuple[Settings, Cast]:
    """A new vault's log, with an administrator who owns a few resources."""
    async with live_vault(folder, ledger, views) as vault:
        admin = await vault.administrator()
        resources = [
            await admin.does(AddResource(name=f"host-{n}", type=ResourceType.LINUX, address=f"host-{n}.example"))
            for n in range(RESOURCES)
        ]
        return vault.settings, Cast(admin.id, admin.signed_in.session_id, resources)
