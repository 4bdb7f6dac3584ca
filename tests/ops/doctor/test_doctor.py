"""`strongroom doctor` names each planted fault and what to do about it."""

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
from ops.doctor import bus, examine, folders, lineage, locks, machine, processes, report, servers
from ops.doctor.findings import Check, Finding, Grade
from ops.runtime import accounts, bus_users, files, keys, listening, nats, postgres
from ops.runtime import certificates as console
from ops.runtime.nats import Nats
from ops.runtime.process import PLAIN, Command, spawn, start_and_wait, stop
from ops.runtime.up import standing_file
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
    bus = Bus(server.url, seed, nats.inbox(nats.PUBLISHER))
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


SECRETS = "ledger.secret_keys"
LONG_AGO, LATELY = timedelta(days=900), timedelta(days=815)
HALTED = "insert into views.projections values ('access', 9, 1, 'serving', 0, '', null, 'cannot read position 3')"
FORKED = "insert into views.alarms values ('forked', 'projector', 7, 'the log ends at 5')"

FAULTS: list[tuple[Fault, Check, Grade, str, str]] = [
    (an_old_python, machine.python, Grade.STOPS, "this is Python", "Python 3.11"),
    (a_missing_package, machine.packages, Grade.STOPS, "never-heard-of", "make install"),
    (a_full_disk, machine.disk, Grade.STOPS, "GiB free", "free some space"),
    (a_taken_port, machine.ports, Grade.STOPS, "in use", "STRONGROOM_PORT"),
    (a_host_that_is_not, machine.name, Grade.STOPS, "no such host", "STRONGROOM_HOST"),
    (no_identity, folders.identity, Grade.STOPS, "log.id", "from a copy"),
    (mode_of(lambda s: s.state / "pgdata", 0o755), folders.folders, Grade.STOPS, "pgdata", "chmod 700"),
    (mode_of(lambda s: s.keys, 0o750), folders.folders, Grade.STOPS, "0750", "chmod 700"),
    (mode_of(lambda s: s.keys / "secret.root", 0o640), folders.key_files, Grade.STOPS, "secret.root", "chmod 600"),
    (a_missing_key, folders.key_files, Grade.STOPS, "event.root is missing", "restore"),
    (an_identity_that_is_none, folders.identity, Grade.STOPS, "log.id", "from a copy"),
    (a_seed_that_is_none, folders.key_files, Grade.STOPS, "no seed of a NATS user", "restore"),
    (a_seed_that_is_none, bus.bus, Grade.STOPS, "no seed of a NATS user", "restore"),
    (a_short_key, folders.key_files, Grade.STOPS, "secret.root", "restore"),
    (certificate_made(LONG_AGO), folders.certificate, Grade.STOPS, "ended on", "a new one is made"),
    (certificate_made(LATELY), folders.certificate, Grade.LOOK, "ends on", "a new one is made"),
    (certificate_made(timedelta(0), True), folders.certificate, Grade.STOPS, "do not belong together", "new one"),
    (
        told_to_the_log("grant insert on ledger.events to append", "revoke insert on ledger.events from append"),
        servers.ledger, Grade.STOPS, "append may INSERT", "revoke INSERT",
    ),
    (
        told_to_the_log(f"grant select on {SECRETS} to project", f"revoke all on {SECRETS} from project"),
        servers.ledger, Grade.STOPS, "project may read ledger.secret_keys", "revoke all",
    ),
    (
        told_to_the_log("alter role migrate set synchronous_commit = off", "alter role migrate reset all"),
        servers.ledger, Grade.STOPS, "synchronous_commit = off", "set synchronous_commit = on",
    ),
    (
        told_to_the_log("alter role project createrole", "alter role project nocreaterole"),
        servers.ledger, Grade.STOPS, "project may do more", "nocreaterole",
    ),
    (
        told_to_the_log(
            "update meta.migrations set digest = 'x' || digest where script = 'ledger/append.sql'",
            "update meta.migrations set digest = substr(digest, 2) where script = 'ledger/append.sql'",
        ),
        servers.ledger, Grade.STOPS, "append.sql", "restart",
    ),
    (a_clock_that_is_off, servers.ledger, Grade.STOPS, "off the database's", "time server"),
    (a_clock_that_was_ahead, servers.ledger, Grade.STOPS, "s ahead of the database's clock", "set the clock"),
    (a_missing_migrator, servers.ledger, Grade.STOPS, "lacks the role migrate", "it makes them"),
    (a_missing_migrator, servers.views, Grade.STOPS, "lacks the role migrate", "it makes them"),
    (postgresql_away, servers.ledger, Grade.STOPS, "/nowhere", "correct STRONGROOM_DATABASE_URL"),
    (a_network_without_tls, servers.ledger, Grade.STOPS, "sslmode=verify-full", "correct STRONGROOM_DATABASE_URL"),
    (a_password_in_the_environment, servers.ledger, Grade.STOPS, "passfile", "correct STRONGROOM_DATABASE_URL"),
    (a_server_left_behind, locks.server_locks, Grade.LOOK, "has outlived its supervisor", "ends that server first"),
    (a_lock_left_behind, locks.server_locks, Grade.LOOK, "was left by process 1", "clears the file away"),
    (nats_away, bus.bus, Grade.LOOK, "does not answer", "nats.log"),
    (an_old_nats_without_jetstream, bus.bus, Grade.STOPS, "NATS is 2.9.25, too old", "2.12 or newer"),
    (an_old_nats_without_jetstream, bus.bus, Grade.STOPS, "without JetStream", "start it with JetStream"),
    (nats_that_lets_in_anybody, bus.bus, Grade.STOPS, "lets in whoever comes", "nkeys"),
    (a_follower_who_may_speak, bus.bus, Grade.STOPS, "may speak for the log", "forbid"),
    (a_stranger_to_nats, bus.bus, Grade.LOOK, "does not know the publisher", "restart"),
    (nobody_running, processes.supervised, Grade.STOPS, "nobody runs", "strongroom up"),
    (a_child_that_falls, processes.supervised, Grade.STOPS, "worker is not ready", "worker.log"),
    (
        told_to_the_log(HALTED, "delete from views.projections", database.views_url),
        processes.projections, Grade.STOPS, "access is halted", "the alarm below",
    ),
    (
        told_to_the_log(FORKED, "delete from views.alarms", database.views_url),
        processes.projections, Grade.STOPS, "forked", "When the log forks",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "check", "grade", "says", "remedy"), FAULTS)
def test_a_planted_fault_is_named_with_its_remedy(
    installation: Settings, fault: Fault, check: Check, grade: Grade, says: str, remedy: str
) -> None:
    with fault(installation) as settings:
        found = list(check(settings))
    assert any(f.grade is grade and says in f.says and remedy in f.remedy for f in found), found


def test_without_a_fault_nothing_stops_work(installation: Settings) -> None:
    with children_told(installation, {"name": "api", "pid": 1, "ready": True, "falls": 0}):
        found = examine.everything(installation)
    assert [finding for finding in found if finding.grade is Grade.STOPS] == []
    assert all(finding.remedy for finding in found if finding.grade is Grade.LOOK)


def test_an_instance_that_runs_is_looked_at_where_it_listens(installation: Settings) -> None:
    """Whoever asks knows the state folder, and often nothing else."""
    told = replace(installation, port=free_port(), nats_port=free_port())
    with children_told(installation, {"name": "api", "pid": 1, "ready": True, "falls": 0}):
        listening.note(installation)
        found = {(each.check, each.says) for each in examine.everything(told)}
    assert ("ports", f"127.0.0.1 port {installation.port} is ours") in found
    assert ("nats", "knows the follower, who may do his work and no more") in found


def test_what_an_instance_noted_is_not_believed_once_it_has_ended(installation: Settings) -> None:
    listening.note(replace(installation, port=free_port()))
    found = {(each.check, each.says) for each in examine.everything(installation)}
    assert ("ports", f"127.0.0.1 port {installation.port} is free") in found


def test_every_check_has_a_fault_that_it_finds() -> None:
    elsewhere = {machine.separation, locks.supervisor_lock, lineage.log_format, lineage.agreement}
    seen = {check for _, check, *_ in FAULTS} | elsewhere
    assert seen == set(examine.CHECKS)


def test_the_report_ends_with_what_it_comes_to() -> None:
    stopping = Finding("disk", Grade.STOPS, "full", "make room")
    assert report.as_text([stopping]).splitlines() == [
        "  STOP disk: full",
        "         → make room",
        "",
        "1 of 1 checks stop work.",
    ]
    assert json.loads(report.as_json([stopping]))["works"] is False
    assert report.stops_work([stopping])
    assert not report.stops_work([Finding("disk", Grade.LOOK, "tight", "make room")])


def test_no_secret_is_ever_reported(installation: Settings) -> None:
    text = report.as_json(examine.everything(installation))
    for name in keys.NAMES:
        content = (installation.keys / name).read_bytes()
        assert content.hex() not in text
        assert content.decode("latin-1") not in text
