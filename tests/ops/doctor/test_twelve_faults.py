"""Twelve things that go wrong with an installation, each done to a real one: `doctor` names it, and what to do."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from ops.crypto import certificates
from ops.doctor import bus, examine, servers
from ops.doctor.findings import Finding, Grade
from ops.runtime import accounts, files
from ops.runtime import certificates as console
from ops.settings import Settings
from tests.support.signing import sign_all
from tests.support.works import VIEWS, Works

Fault = Callable[[Works], AbstractContextManager[Settings]]
POISON = (
    "insert into ledger.events select position + 1, gen_random_uuid(), 1, 'sample.made', 1, 1, {at},"
    " decode(repeat('ab', 99), 'hex'), sha256('x') from ledger.events order by position desc limit 1"
)
CUT = "delete from ledger.events where position = (select max(position) from ledger.events)"
ROOMY = 100 << 30


def planted(how: Callable[[Works], Iterator[Settings]]) -> Fault:
    return contextmanager(how)


@planted
def a_stopped_server(vault: Works) -> Iterator[Settings]:
    with vault.without("postgresql"):
        yield vault.settings


@planted
def a_root_key_that_others_can_read(vault: Works) -> Iterator[Settings]:
    path = vault.settings.keys / "event.root"
    path.chmod(0o644)
    yield vault.settings
    path.chmod(0o600)


@planted
def a_clock_that_is_off(vault: Works) -> Iterator[Settings]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(servers, "here", lambda: time.time() + 30)
        yield vault.settings


@planted
def a_disk_nearly_full(vault: Works) -> Iterator[Settings]:
    with room(3 << 30):
        yield vault.settings


@planted
def read_models_that_lag(vault: Works) -> Iterator[Settings]:
    """Nobody projects what was recorded an hour ago."""
    vault.do(POISON.format(at="clock_timestamp() - interval '1 hour'"))
    yield vault.settings
    vault.do(CUT)


@planted
def a_log_that_was_set_back(vault: Works) -> Iterator[Settings]:
    """As by a backup of yesterday: the newest record is no more."""
    vault.do(f"create table public.kept as select * from ledger.events; {CUT}")
    yield vault.settings
    vault.do("insert into ledger.events select * from public.kept on conflict do nothing; drop table public.kept")


@planted
def an_event_that_was_parked(vault: Works) -> Iterator[Settings]:
    vault.do("create table public.kept as select * from views.projections", VIEWS)
    vault.do(POISON.format(at="recorded_at"))
    asyncio.run(vault.project("select from views.alarms where kind = 'parked' and name = 'resources'"))
    yield vault.settings
    vault.do(CUT)
    vault.do(
        "delete from views.alarms; delete from views.projections;"
        "insert into views.projections select * from public.kept; drop table public.kept",
        VIEWS,
    )


@planted
def a_certificate_that_ends_soon(vault: Works) -> Iterator[Settings]:
    paths = console.certificate_file(vault.settings), console.key_file(vault.settings)
    kept = [path.read_bytes() for path in paths]
    made = certificates.self_signed(["localhost"], datetime.now(UTC) - timedelta(days=815))
    for path, content, mode in zip(paths, made, (0o644, 0o600), strict=True):
        files.write(path, content, mode)
    yield vault.settings
    for path, content in zip(paths, kept, strict=True):
        path.write_bytes(content)


@planted
def a_port_that_is_taken(vault: Works) -> Iterator[Settings]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield replace(vault.settings, port=taken.getsockname()[1])


@planted
def a_lock_that_is_stale(vault: Works) -> Iterator[Settings]:
    """We hold it, as one would who inherited it from a supervisor that has ended."""
    gone = subprocess.Popen(["/bin/true"])
    gone.wait()
    with vault.supervised(gone.pid):
        yield vault.settings


@planted
def a_role_that_is_missing(vault: Works) -> Iterator[Settings]:
    vault.do("alter role sign rename to sign_no_more")
    yield vault.settings
    vault.do("alter role sign_no_more rename to sign")


@planted
def a_log_of_a_newer_release(vault: Works) -> Iterator[Settings]:
    asyncio.run(vault.raise_format(2))
    yield vault.settings
    vault.do(CUT)


STOPS, LOOK = Grade.STOPS, Grade.LOOK
FORK = "do what `When the log forks` in docs/operations.md says"
FAULTS: list[tuple[Fault, str, Grade, str, str]] = [
    (a_stopped_server, "postgresql", STOPS, "connection", "start `strongroom up`; when it runs, read "),
    (a_root_key_that_others_can_read, "keys", STOPS, "event.root", "chmod 600 "),
    (a_clock_that_is_off, "clock", STOPS, "30.0 s off the database's", "let both machines follow one time server"),
    (a_disk_nearly_full, "disk", LOOK, "3.0 GiB free for ", "free some space, or move the state folder"),
    (read_models_that_lag, "projections", LOOK, "access is 1 events behind, the oldest for 36", "projector.log"),
    (a_log_that_was_set_back, "history", STOPS, "it was set back", FORK),
    (an_event_that_was_parked, "alarms", LOOK, "parked of resources at", "projections rebuild resources --distrust`"),
    (a_certificate_that_ends_soon, "certificate", LOOK, "ends on ", "and start again: a new one is made"),
    (a_port_that_is_taken, "ports", STOPS, "in use", "or set STRONGROOM_PORT to another port"),
    (a_lock_that_is_stale, "locks", STOPS, "the supervisor that took it", "then start `strongroom up`"),
    (a_role_that_is_missing, "roles", STOPS, "lacks the role sign", "restart `strongroom up`: it makes them"),
    (a_log_of_a_newer_release, "format", STOPS, "the log has format 2, this release reads 1", "the newer release"),
]


@pytest.fixture(autouse=True)
def an_impatient_doctor(monkeypatch: pytest.MonkeyPatch) -> None:
    """NATS answers nothing at all when it does its duty; here it is near enough not to be waited for."""
    monkeypatch.setattr(bus, "HEARD", 0.1)


@contextmanager
def room(free: int) -> Iterator[None]:
    """So much of the disk is free."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
        yield


@pytest.mark.parametrize(("fault", "check", "grade", "says", "remedy"), FAULTS)
def test_a_fault_is_found_and_the_remedy_is_one_sentence(
    vault: Works, fault: Fault, check: str, grade: Grade, says: str, remedy: str
) -> None:
    with fault(vault) as settings:
        found = [each for each in examine.everything(settings) if each.grade is not Grade.WELL]
    fitting = [each for each in found if each.check == check and each.grade is grade and says in each.says]
    assert any(remedy in each.remedy for each in fitting), found
    assert not any("\n" in each.remedy or "STATE" in each.remedy for each in found), found


def test_a_healthy_installation_has_no_finding(vault: Works) -> None:
    sign_all(vault.settings)
    with vault.supervised(), room(ROOMY):
        found = [each for each in examine.everything(vault.settings) if each.grade is not Grade.WELL]
    assert found == ([] if accounts.is_root() else [each for each in found if _of_no_root(each)])


def _of_no_root(found: Finding) -> bool:
    """Without root all processes are one user's, and that is always said."""
    return found.check == "separation"
