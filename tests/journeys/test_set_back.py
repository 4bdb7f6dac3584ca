"""A start over a log that was set back, of an upgraded release too: nothing is written into it, and it is said why."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from commands.first_start import open_vault
from domain import ids
from domain.access import ADMINISTRATOR, BUILT_IN_ROLES, Operation
from ops.ledger.errors import Forked
from ops.ledger.log import Record
from ops.ledger.marks import Marker
from ops.ledger.source import AFTER
from ops.runtime import files, keys, up
from ops.runtime.process import start_and_wait, stop
from ops.settings import Settings
from tests.support.fleet import without_user
from tests.support.installation import Installation, Visitor
from tests.support.servers import Database, scratch

BACK = 60.0
MADE = "insert into views.projections (name, generation, version, role, position, digest) values (%s, 1, 1, %s, %s, %s)"


@pytest.fixture
def vault(ledger_database: Database, views_database: Database, tmp_path: Path) -> Settings:
    """Opened, and nobody has used its link."""
    settings = Settings(
        state=files.folder(tmp_path / "state", 0o711), config=files.folder(tmp_path / "config", 0o700),
        database_url=without_user(ledger_database), views_url=without_user(views_database),
    )  # fmt: skip
    files.write(settings.log_id_file, f"{ids.new()}\n".encode(), 0o644)
    keys.make(settings)
    open_vault(settings, None)
    return settings


@pytest.fixture
def upgraded(vault: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The same, under a release that gives administrators fewer operations."""
    monkeypatch.setitem(BUILT_IN_ROLES, ADMINISTRATOR, BUILT_IN_ROLES[ADMINISTRATOR] - {Operation.AUDIT_READ})
    return vault


def stored(ledger: Database) -> list[Record]:
    with psycopg.connect(ledger.superuser) as connection:
        return [Record(*row) for row in connection.cursor(binary=True).execute(AFTER, (0, 1000)).fetchall()]


def remember(views: Database, settings: Settings, record: Record) -> None:
    """A read model is made of the log up to `record`."""
    mark = Marker(settings.log_id).mark(record)
    with psycopg.connect(views.superuser) as connection:
        connection.execute(MADE, ("users", "serving", mark.position, mark.digest))


def cut_off(ledger: Database) -> None:
    with psycopg.connect(ledger.superuser) as connection:
        connection.execute("delete from ledger.events where position = (select max(position) from ledger.events)")


def change(ledger: Database) -> None:
    newest = "position = (select max(position) from ledger.events)"
    with psycopg.connect(ledger.superuser) as connection:
        connection.execute(f"update ledger.events set recorded_at = recorded_at + interval '1 second' where {newest}")


@pytest.mark.parametrize("by", [cut_off, change])
def test_an_upgrade_defines_no_role_and_makes_no_link_in_a_log_that_was_set_back(
    upgraded: Settings, ledger_database: Database, views_database: Database, by: Callable[[Database], None]
) -> None:
    remember(views_database, upgraded, stored(ledger_database)[-1])
    by(ledger_database)
    before = stored(ledger_database)
    with pytest.raises(Forked, match=f"users was made from the log up to position {len(before) + (by is cut_off)}"):
        open_vault(upgraded, None)
    assert stored(ledger_database) == before


def test_in_the_log_that_is_remembered_it_defines_them(
    upgraded: Settings, ledger_database: Database, views_database: Database
) -> None:
    before = stored(ledger_database)
    remember(views_database, upgraded, before[-1])
    open_vault(upgraded, None)
    assert "role.redefined" in [record.topic for record in stored(ledger_database)[len(before) :]]


def test_while_the_read_models_do_not_answer_nothing_is_known_and_nothing_written(
    vault: Settings, ledger_database: Database
) -> None:
    before = stored(ledger_database)
    with pytest.raises(psycopg.OperationalError):
        open_vault(vault.with_(views_url="host=/nowhere"), None)
    assert stored(ledger_database) == before


@pytest.fixture
def set_back() -> Iterator[Installation]:
    """Nobody has used its link, so that each start would make a new one; what its read models know last is gone."""
    with scratch() as folder:
        it = Installation(folder, None)
        try:
            it.up()
            it.down()
            with alone(it):
                with it.superuser("strongroom_views") as views, it.superuser("strongroom") as log:
                    (known,) = (
                        views.execute("select min(position) from views.projections where position > 0").fetchone() or ()
                    )
                    log.execute("delete from ledger.events where position >= %s", [known])
            yield it
        finally:
            it.down()


@contextmanager
def alone(it: Installation) -> Iterator[None]:
    """Its PostgreSQL, and nobody else."""
    server = next(each for each in up.servers(it.settings) if each.name == "postgresql")
    process = start_and_wait(server)
    try:
        yield
    finally:
        stop(server, process)


def kept(it: Installation) -> list[tuple[Any, ...]]:
    with it.superuser("strongroom") as log:
        return log.execute("select position, topic, mac from ledger.events order by position").fetchall()


@pytest.mark.slow
async def test_a_start_over_a_log_that_was_set_back_writes_nothing_and_all_is_refused(set_back: Installation) -> None:
    with alone(set_back):
        before = kept(set_back)
    assert "Nothing was written: " in (said := set_back.starts()), f"{said}{set_back.complaints}"
    async with set_back.visitor() as somebody, asyncio.timeout(BACK):
        while await status(somebody) != (503, "/problems/log-forked"):
            await asyncio.sleep(0.1)
    assert "it was set back" in set_back.asked("doctor").stdout
    assert kept(set_back) == before


async def status(somebody: Visitor) -> tuple[int, str]:
    try:
        answer = await somebody.ask("POST", "/sessions", json={"username": "admin", "password": "whatever it is"})
    except httpx.TransportError:  # its api is not there yet
        return 0, ""
    return answer.status_code, answer.json()["type"]
