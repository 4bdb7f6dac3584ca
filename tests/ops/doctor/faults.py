"""Faults that an installation can have, each planted for as long as somebody looks."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.provenance import NOBODY_ID
from ops import database
from ops.bus import Bus
from ops.crypto import certificates, keyfiles
from ops.doctor import bus, folders, machine, servers
from ops.runtime import accounts, bus_users, files, keys, nats, postgres
from ops.runtime import certificates as console
from ops.runtime.inboxes import inbox
from ops.runtime.nats import Nats
from ops.runtime.process import PLAIN, Command, spawn, start_and_wait, stop
from ops.runtime.standing import standing_file
from ops.settings import Settings
from tests.support.servers import free_port, scratch

Fault = Callable[[Settings], AbstractContextManager[Settings]]


def planted(how: Callable[[Settings], Iterator[Settings]]) -> Fault:
    return contextmanager(how)


@planted
def an_old_python(settings: Settings) -> Iterator[Settings]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine, "OLDEST_PYTHON", (9, 0))
        yield settings


@planted
def a_full_disk(settings: Settings) -> Iterator[Settings]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine, "FULL", 1 << 60)
        yield settings


@planted
def a_missing_package(settings: Settings) -> Iterator[Settings]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine, "PACKAGES", (*machine.PACKAGES, "never-heard-of"))
        yield settings


@planted
def a_taken_port(settings: Settings) -> Iterator[Settings]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield replace(settings, port=taken.getsockname()[1])


@planted
def a_host_that_is_not(settings: Settings) -> Iterator[Settings]:
    yield replace(settings, host="no such host")


@planted
def no_identity(settings: Settings) -> Iterator[Settings]:
    kept = settings.log_id_file.rename(settings.state / "kept")
    yield settings
    kept.rename(settings.log_id_file)


def mode_of(path_of: Callable[[Settings], Path], mode: int) -> Fault:
    @planted
    def fault(settings: Settings) -> Iterator[Settings]:
        path = path_of(settings)
        before = path.stat().st_mode
        path.chmod(mode)
        yield settings
        path.chmod(before)

    return fault


@planted
def a_missing_key(settings: Settings) -> Iterator[Settings]:
    kept = (settings.keys / "event.root").rename(settings.keys / "kept")
    yield settings
    kept.rename(settings.keys / "event.root")


@planted
def a_short_key(settings: Settings) -> Iterator[Settings]:
    path = settings.keys / "secret.root"
    whole = path.read_bytes()
    path.write_bytes(b"")
    yield settings
    path.write_bytes(whole)


@planted
def a_policy_that_is_none(settings: Settings) -> Iterator[Settings]:
    path = settings.keys / "witnesses.policy"
    path.write_text("witness somebody\n")
    yield settings
    path.unlink()


@planted
def a_seed_that_is_none(settings: Settings) -> Iterator[Settings]:
    path = settings.bus / "follower.seed"
    whole = path.read_bytes()
    path.write_bytes(b"nonsense")
    yield settings
    path.write_bytes(whole)


@planted
def an_identity_that_is_none(settings: Settings) -> Iterator[Settings]:
    """The other checks that need to know where the keys are have nothing to say."""
    whole = settings.log_id_file.read_bytes()
    settings.log_id_file.write_bytes(b"nonsense")
    assert [finding for check in (*folders.CHECKS[2:], bus.bus) for finding in check(settings)] == []
    yield settings
    settings.log_id_file.write_bytes(whole)


def certificate_made(ago: timedelta, key_of_another: bool = False) -> Fault:
    @planted
    def fault(settings: Settings) -> Iterator[Settings]:
        paths = console.certificate_file(settings), console.key_file(settings)
        kept = [path.read_bytes() for path in paths]
        certificate, key = certificates.self_signed(["localhost"], datetime.now(UTC) - ago)
        files.write(paths[0], certificate, 0o644)
        files.write(paths[1], kept[1] if key_of_another else key, 0o600)
        yield settings
        for path, content in zip(paths, kept, strict=True):
            path.write_bytes(content)

    return fault


def told_to_the_log(statement: str, undo: str, url: Callable[..., str] = database.ledger_url) -> Fault:
    @planted
    def fault(settings: Settings) -> Iterator[Settings]:
        with database.connect_now(url(settings, "postgres")) as superuser:
            superuser.execute(statement.encode())
        yield settings
        with database.connect_now(url(settings, "postgres")) as superuser:
            superuser.execute(undo.encode())

    return fault


@planted
def a_clock_that_is_off(settings: Settings) -> Iterator[Settings]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(servers, "here", lambda: time.time() - 10)
        yield settings


@planted
def a_clock_that_was_ahead(settings: Settings) -> Iterator[Settings]:
    """The log's last record was made an hour before it went back."""
    at = "clock_timestamp() + interval '1 hour'"
    with database.connect_now(database.ledger_url(settings, "postgres")) as superuser:
        superuser.execute(
            f"insert into ledger.events values (1, '{NOBODY_ID}', 1, 'x', 1, 1, {at}, '', sha256(''))".encode()
        )
        yield settings
        superuser.execute("delete from ledger.events")


@planted
def a_missing_migrator(settings: Settings) -> Iterator[Settings]:
    """Nobody can sign in to look for the others."""
    with told_to_the_log("alter role migrate rename to gone", "alter role gone rename to migrate")(settings) as told:
        yield told


@planted
def an_old_nats_without_jetstream(settings: Settings) -> Iterator[Settings]:
    """A stand-in: it says hello as one of that release does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=say_hello, args=(server,), daemon=True).start()
        yield replace(settings, nats_url=f"nats://127.0.0.1:{server.getsockname()[1]}")


def say_hello(server: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            server.accept()[0].sendall(b'INFO {"version":"2.9.25","auth_required":true}\r\n')


@planted
def a_server_left_behind(settings: Settings) -> Iterator[Settings]:
    """That of the tests, which no supervisor looks after."""
    yield settings


@planted
def a_lock_left_behind(settings: Settings) -> Iterator[Settings]:
    path = postgres.lock_files(settings.state)[1]
    kept = path.read_text()
    path.write_text("1\n")
    yield settings
    path.write_text(kept)


@planted
def postgresql_away(settings: Settings) -> Iterator[Settings]:
    yield replace(settings, database_url="host=/nowhere")


@planted
def a_network_without_tls(settings: Settings) -> Iterator[Settings]:
    yield replace(settings, database_url="host=db.example dbname=strongroom sslmode=require")


@planted
def a_password_in_the_environment(settings: Settings) -> Iterator[Settings]:
    yield replace(settings, database_url="postgresql://append:secret@db.example/strongroom?sslmode=verify-full")


@planted
def nats_away(settings: Settings) -> Iterator[Settings]:
    yield replace(settings, nats_url=f"nats://127.0.0.1:{free_port()}")


@planted
def nats_that_lets_in_anybody(settings: Settings) -> Iterator[Settings]:
    with scratch() as folder:
        server = Nats(folder, accounts.me(), free_port(), keys.bus_user_names(settings), "0" * 64)
        server.prepare()
        process = spawn(Command([str(server._program), "-p", str(server.port)], env=PLAIN), folder / "log")
        while not nats.greeting(server.port):
            assert process.poll() is None
        yield replace(settings, nats_url=server.url)
        stop(server, process)


@planted
def a_follower_who_may_speak(settings: Settings) -> Iterator[Settings]:
    allowed = dict(nats.access())
    allowed[nats.FOLLOWER] = nats.Access([*allowed[nats.FOLLOWER].sends, "log.>"], allowed[nats.FOLLOWER].receives)
    with scratch() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(nats, "access", lambda: allowed)
        server = Nats(folder, accounts.servers(), free_port(), keys.bus_user_names(settings), "0" * 64)
        process = start_and_wait(server)
        asyncio.run(make_stream(server, keyfiles.read(settings.bus / "publisher.seed").decode()))
        yield replace(settings, nats_url=server.url)
        stop(server, process)


async def make_stream(server: Nats, seed: str) -> None:
    bus = Bus(server.url, seed, inbox(nats.PUBLISHER))
    await bus.start()
    while not bus.connected:
        await asyncio.sleep(0.01)
    await bus.create("LOG", 1)
    await bus.close()


@planted
def a_stranger_to_nats(settings: Settings) -> Iterator[Settings]:
    path = settings.bus / "publisher.seed"
    kept = path.read_bytes()
    path.write_bytes(bus_users.new_seed())
    yield settings
    path.write_bytes(kept)


@planted
def a_child_that_falls(settings: Settings) -> Iterator[Settings]:
    with children_told(settings, {"name": "worker", "pid": None, "ready": False, "falls": 7}):
        yield settings


@contextmanager
def children_told(settings: Settings, *told: dict[str, object]) -> Iterator[None]:
    """As if a supervisor had said so of its children."""
    with open(settings.state / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        standing_file(settings).write_text(json.dumps(told))
        yield


@planted
def nobody_running(settings: Settings) -> Iterator[Settings]:
    yield settings
