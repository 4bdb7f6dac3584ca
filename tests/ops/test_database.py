"""What a server that is away costs whoever tries again and again, and what he says of it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import psycopg
import pytest
from psycopg.pq import ConnStatus

from domain import ids
from ops import database
from ops.bus import AGAIN, Bus
from ops.runtime import bus_users, certificates, files, keys
from ops.settings import Settings
from tests.support.child import Child
from tests.support.servers import free_port


async def test_a_connection_that_fails_gives_its_buffers_back_at_once(tmp_path: Path) -> None:
    with pytest.raises(psycopg.OperationalError, match="No such file") as failed:
        await database.connect(f"host={tmp_path} dbname=none")
    assert failed.value.pgconn is not None
    assert failed.value.pgconn.status == ConnStatus.BAD
    with pytest.raises(psycopg.OperationalError, match="closed"):
        failed.value.pgconn.exec_(b"select 1")


async def test_so_do_those_of_a_pool(tmp_path: Path) -> None:
    assert database.pool(f"host={tmp_path} dbname=none").connection_class is database.Reached


async def test_whoever_cannot_reach_a_server_says_where_he_tried_and_not_at_each_try(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("ops.seldom.time.monotonic", lambda: now[0])
    for now[0] in (1000.0, 1001.0, 1009.0, 1011.0):
        with pytest.raises(psycopg.OperationalError):
            await database.connect(f"host={tmp_path} port=5433 dbname=none password=s3cret")
    said = [record for record in caplog.records if record.name == "strongroom.database"]
    assert [record.__dict__["fields"] for record in said] == [{"server": f"{tmp_path}:5433"}] * 2


async def test_so_does_who_cannot_reach_nats(caplog: pytest.LogCaptureFixture) -> None:
    """Two servers, neither of which is there: one line for many tries."""
    url = f"nats://127.0.0.1:{free_port()},nats://127.0.0.1:{free_port()}"
    bus = Bus(url, bus_users.new_seed().decode(), "_INBOX_nobody")
    await bus.start()
    async with asyncio.timeout(10):
        while not caplog.records:
            await asyncio.sleep(0.05)
    await asyncio.sleep(3 * AGAIN)
    await bus.close()
    said = [record for record in caplog.records if record.name == "strongroom.bus"]
    assert [record.__dict__["fields"] for record in said] == [{"server": url}]


@pytest.mark.parametrize("kind", ["api", "projector", "worker"])
async def test_a_process_alone_says_which_servers_it_tries(kind: str, tmp_path: Path) -> None:
    """The projector goes on trying; the others end, and are started again by whoever looks after them."""
    settings = a_process_alone(tmp_path)
    child = Child(kind, settings, tmp_path / "log")
    child.begin()
    wanted = {f"{tmp_path}:5432", settings.bus_url} if kind == "projector" else {f"{tmp_path}:5432"}
    try:
        async with asyncio.timeout(30):
            while not wanted <= servers_named(child):
                await asyncio.sleep(0.1)
    finally:
        child.kill()


def a_process_alone(folder: Path) -> Settings:
    """Its files are there, its servers are not."""
    settings = Settings(
        state=files.folder(folder / "state", 0o711), config=files.folder(folder / "config", 0o700), port=free_port(),
        database_url=f"host={folder}", views_url=f"host={folder}", nats_url=f"nats://127.0.0.1:{free_port()}",
    )  # fmt: skip
    files.write(settings.log_id_file, f"{ids.new()}\n".encode(), 0o644)
    keys.make(settings)
    certificates.ensure(settings)
    return settings


def servers_named(child: Child) -> set[str]:
    lines = (json.loads(line) for line in child.said.splitlines() if line.startswith("{"))
    return {line["server"] for line in lines if "server" in line}
