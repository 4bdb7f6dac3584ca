"""PostgreSQL and NATS as children: who may enter, and what outlives a kill."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import nats
import nats.errors
import psycopg
import pytest
from nats.aio.client import Client
from nats.js.api import StreamConfig

from ops.bus import Bus, Outgoing, StreamEnd
from tests.support.servers import DatabaseServer, NatsServer


def test_the_server_keeps_what_it_must(postgres_server: DatabaseServer) -> None:
    with postgres_server.superuser() as database:
        for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
            assert database.execute(f"show {name}").fetchone() == ("on",)


def test_a_role_that_nobody_was_given_is_refused(postgres_server: DatabaseServer) -> None:
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(postgres_server.dsn("postgres", "ledger_owner"))


def test_nobody_changes_the_servers_settings_from_inside(postgres_server: DatabaseServer) -> None:
    with postgres_server.superuser() as database, pytest.raises(psycopg.Error, match="ALTER SYSTEM"):
        database.execute("alter system set fsync = off")


def test_postgresql_comes_back_after_a_kill_with_all_it_had(postgres_server: DatabaseServer) -> None:
    with postgres_server.superuser() as database:
        database.execute("create table if not exists kept as select 1 as one")
    postgres_server.restart(crash=True)
    with postgres_server.superuser() as database:
        assert database.execute("select one from kept").fetchone() == (1,)
        database.execute("drop table kept")


async def connect(server: NatsServer, user: str) -> Client:
    return await nats.connect(
        server.url, nkeys_seed=str(server.seed(user)), inbox_prefix=server.inbox_prefix(user), allow_reconnect=False
    )


@asynccontextmanager
async def bus(server: NatsServer, user: str) -> AsyncIterator[Bus]:
    connection = Bus(server.url, server.seed(user).read_text(), server.inbox_prefix(user).decode())
    await connection.start()
    while not connection.connected:
        await asyncio.sleep(0.01)
    yield connection
    await connection.close()


async def test_what_the_publisher_says_a_follower_pulls(fresh_bus: NatsServer) -> None:
    async with bus(fresh_bus, "publisher") as publisher, bus(fresh_bus, "follower") as follower:
        await publisher.create("LOG", 1)
        await publisher.publish([Outgoing("log.account.added", b"sealed", 0, {})])
        pull = await follower.pull("LOG", 1)
        [message] = await pull.next(2)
        assert (message.sequence, message.body) == (1, b"sealed")
        assert await follower.message("LOG", 1) == message
        assert await follower.end("LOG") == StreamEnd(1, 1)


async def test_a_follower_cannot_speak_for_the_log(fresh_bus: NatsServer) -> None:
    publisher = await connect(fresh_bus, "publisher")
    await publisher.jetstream().add_stream(StreamConfig(name="LOG", subjects=["log.>"]))
    follower = await connect(fresh_bus, "follower")
    with pytest.raises(nats.errors.Error):
        await follower.jetstream().publish("log.account.added", b"forged", timeout=0.3)
    with pytest.raises(nats.errors.Error):
        await follower.request("$JS.API.STREAM.PURGE.LOG", b"", timeout=0.3)
    assert (await publisher.jetstream().stream_info("LOG")).state.messages == 0
    await follower.close()
    await publisher.close()


async def test_nobody_enters_without_a_key(bus_server: NatsServer) -> None:
    with pytest.raises(nats.errors.Error):
        await nats.connect(bus_server.url, allow_reconnect=False, max_reconnect_attempts=0)


async def test_jetstream_keeps_its_messages_and_nobody_reads_them_on_disk(fresh_bus: NatsServer) -> None:
    publisher = await connect(fresh_bus, "publisher")
    await publisher.jetstream().add_stream(StreamConfig(name="LOG", subjects=["log.>"]))
    await publisher.jetstream().publish("log.account.added", b"recognisable")
    await publisher.close()
    fresh_bus.restart(crash=True)
    publisher = await connect(fresh_bus, "publisher")
    assert (await publisher.jetstream().stream_info("LOG")).state.messages == 1
    await publisher.close()
    stored = [path for path in (fresh_bus.nats.state / "nats").rglob("*") if path.is_file()]
    assert any(path.suffix == ".blk" for path in stored)
    assert not any(b"recognisable" in path.read_bytes() for path in stored)


def test_the_stores_key_is_nowhere_on_disk_nor_in_the_environment(fresh_bus: NatsServer) -> None:
    key = fresh_bus.nats.store_key.encode()
    files = [path for path in fresh_bus.nats.state.rglob("*") if path.is_file()]
    assert not any(key in path.read_bytes() for path in files)
    for name in ("environ", "cmdline"):
        with open(f"/proc/{fresh_bus.process.pid}/{name}", "rb") as shown:
            assert key not in shown.read()
