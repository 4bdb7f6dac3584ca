"""Somebody who owns the databases of an installation, and whoever looks at what came of that."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import psycopg

from domain.accounts import Account
from domain.base import Author
from domain.registry import AGGREGATES
from ops import database
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring
from ops.crypto.providers.file import FileRoot
from ops.ledger.findings import Finding
from ops.ledger.log import Record, Row
from ops.ledger.mapper import Mapper
from ops.ledger.source import COLUMNS
from ops.ledger.topics import Topics
from ops.ledger.verify import Case, verify
from ops.migrations import databases
from tests.support.installation import Installation

LEDGER, VIEWS = databases.LEDGER.database, databases.VIEWS.database
PATIENCE = 30.0
INSERT = """
with new as (
  insert into ledger.events
  select max(position) + 1, %s, %s, %s, %s, %s, greatest(clock_timestamp(), max(recorded_at)), %s, %s from ledger.events
  returning position
) select position, pg_notify('ledger', '') from new
"""


def insert(url: str, row: Row) -> int:
    """Put a row behind the newest one, as only the database's owner can; its position."""
    values = (row.stream, row.version, row.topic, row.key_id, row.author, row.state, row.mac)
    with psycopg.connect(url, autocommit=True) as ledger:
        made = ledger.execute(INSERT.encode(), values).fetchone()
    assert made is not None
    return int(made[0])


@dataclass
class Attacker:
    """PostgreSQL's superuser on one installation; `undo` leaves the log as it was found."""

    site: Installation
    kept: list[str] = field(default_factory=lambda: ["events", "event_keys"])

    def do(self, statement: str, *arguments: object, database: str = LEDGER) -> list[tuple[Any, ...]]:
        with self.site.superuser(database) as connection:
            cursor = connection.execute(statement.encode(), arguments or None)
            return cursor.fetchall() if cursor.description else []

    def one(self, statement: str, *arguments: object, database: str = LEDGER) -> Any:
        return self.do(statement, *arguments, database=database)[0][0]

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """What is done to rows that stand now is undone at the end, what is appended stays; then all starts anew."""
        for table in self.kept:
            self.do(f"create table public.kept_{table} as select * from ledger.{table}")
        try:
            yield
        finally:
            for table, key in zip(self.kept, ("position", "id"), strict=True):
                kept = f"public.kept_{table}"
                self.do(
                    f"with gone as (delete from ledger.{table} where {key} in (select {key} from {kept}))"
                    f" select 1; insert into ledger.{table} select * from {kept}; drop table {kept}"
                )
            self.start_anew("projector", "api", "worker")

    @property
    def head(self) -> int:
        return int(self.one("select max(position) from ledger.events"))

    @property
    def followed(self) -> int:
        """How far all that serves has followed the log."""
        return int(self.one("select min(position) from views.projections where role = 'serving'", database=VIEWS))

    async def append(self, events: Sequence[Any], scope: UUID, signed_by: Mapping[Author, bytes] | None) -> list[int]:
        """Behind the log's back, signed with these keys, or in the api's name; where it stands."""
        authors = AuthorKeys.read(self.site.settings.keys, Author.API)
        if signed_by is not None:
            authors = AuthorKeys(Author.API, signed_by)
        async with self._mapper(authors) as mapper:
            rows = [await mapper.seal(event, scope, date.today()) for event in events]  # noqa: DTZ011
        return [insert(self.site.superuser_url(LEDGER), row) for row in rows]

    async def account(self, id: UUID) -> Account:
        """As the log has it: what is inside the seals of events is open to whoever holds their root."""
        rows = self.do(f"select {COLUMNS} from ledger.events where stream = %s order by version", id)
        async with self._mapper(AuthorKeys.none()) as mapper:
            account: Any = None
            for event in await mapper.open_many([Record(*row) for row in rows]):
                account = event.mutate(account)
        assert isinstance(account, Account)
        return account

    @asynccontextmanager
    async def _mapper(self, authors: AuthorKeys) -> AsyncIterator[Mapper]:
        settings = self.site.settings
        root = FileRoot.read(settings.keys / "event.root")
        url = f"host={self.site.state / 'run'} user=append dbname={LEDGER}"
        async with database.pool(url) as pool:
            ring = Keyring(Tier.EVENT, root, settings.log_id, PostgresKeyStore(pool, Tier.EVENT))
            yield Mapper(settings.log_id, ring, authors, Topics(AGGREGATES))

    def newest(self, topic: str) -> int:
        return int(self.one("select max(position) from ledger.events where topic = %s", topic))

    def positions(self, of: int) -> set[int]:
        """Those of the stream that has a row at this one."""
        found = (
            "select position from ledger.events where stream = (select stream from ledger.events where position = %s)"
        )
        return {row[0] for row in self.do(found, of)}

    def findings(self) -> list[Finding]:
        """What `ledger verify` says."""
        settings = self.site.settings
        authors = AuthorKeys.read(settings.keys, None)
        url = f"host={self.site.state / 'run'} user=migrate dbname={LEDGER}"
        root = FileRoot.read(settings.keys / "event.root")
        return verify(Case(url, settings.log_id, Topics(AGGREGATES), authors, root), processes=0).findings

    def alarms(self) -> set[tuple[str, str, int]]:
        """(kind, name, position) of what the read models have to say."""
        return set(self.do("select kind, name, position from views.alarms", database=VIEWS))

    def named_by(self, child: str, message: str) -> set[int]:
        """The positions of the lines of this kind in a child's log."""
        lines = (self.site.state / "logs" / f"{child}.log").read_text().splitlines()
        said = [json.loads(line) for line in lines if line.startswith("{")]
        return {line.get("position", 0) for line in said if line["message"] == message}

    def freeze(self, child: str) -> None:
        os.kill(self.site.pid(child), signal.SIGSTOP)

    def thaw(self, child: str) -> None:
        os.kill(self.site.pid(child), signal.SIGCONT)

    def kill(self, *children: str) -> dict[str, int]:
        """Those of them that run, with the numbers they had."""
        standing = json.loads((self.site.state / "standing.json").read_text())
        running = {each["name"]: each["pid"] for each in standing if each["name"] in children and each["pid"]}
        for pid in running.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return {child: running.get(child, 0) for child in children}

    def start_anew(self, *children: str) -> None:
        """Killed; the supervisor starts them again, and they are ready."""
        before = self.kill(*children)
        until(lambda: all(self._is_new(child, pid) for child, pid in before.items()))

    def _is_new(self, child: str, pid: int) -> bool:
        standing = json.loads((self.site.state / "standing.json").read_text())
        return any(each["name"] == child and each["ready"] and each["pid"] != pid for each in standing)


def until(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)
