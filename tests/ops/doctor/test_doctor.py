"""`strongroom doctor` names each planted fault and what to do about it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from psycopg import sql

from ops import database
from ops.doctor import bus, examine, folders, lineage, locks, machine, processes, proof, report, servers
from ops.doctor.findings import Check, Finding, Grade
from ops.runtime import keys, listening
from ops.settings import Settings
from tests.ops.doctor.faults import (
    Fault,
    a_child_that_falls,
    a_clock_that_is_off,
    a_clock_that_was_ahead,
    a_follower_who_may_speak,
    a_full_disk,
    a_host_that_is_not,
    a_lock_left_behind,
    a_missing_key,
    a_missing_migrator,
    a_missing_package,
    a_network_without_tls,
    a_password_in_the_environment,
    a_policy_that_is_none,
    a_seed_that_is_none,
    a_server_left_behind,
    a_short_key,
    a_stranger_to_nats,
    a_taken_port,
    an_identity_that_is_none,
    an_old_nats_without_jetstream,
    an_old_python,
    certificate_made,
    children_told,
    mode_of,
    nats_away,
    nats_that_lets_in_anybody,
    no_identity,
    nobody_running,
    postgresql_away,
    told_to_the_log,
)
from tests.support.servers import free_port
from tests.support.works import Works

SECRETS = "ledger.secret_keys"
LONG_AGO, LATELY = timedelta(days=900), timedelta(days=815)
HALTED = "insert into views.projections values ('access', 9, 1, 'serving', 0, '', null, 'cannot read position 3')"
FORKED = "insert into views.alarms values ('forked', 'projector', 7, 'the log ends at 5')"

GATE = "insert into ledger.gate (origin, server_start, closed) values"
SHUT = f"{GATE} ('x', pg_postmaster_start_time(), 'the log ends at 5')"
ELSEWHERE = f"{GATE} ('x', pg_postmaster_start_time() - interval '1 day', null)"
OPENED = "delete from ledger.gate"

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
    (nats_away, bus.bus, Grade.LOOK, "does not answer", "correct STRONGROOM_NATS_URL"),
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
    (
        told_to_the_log(SHUT, OPENED), proof.signing, Grade.STOPS, "read-only: the log ends at 5",
        "When the log is read-only",
    ),
    (told_to_the_log(ELSEWHERE, OPENED), proof.signing, Grade.STOPS, "has not looked at the log", "start a signer"),
    (a_policy_that_is_none, proof.witnesses, Grade.STOPS, "line 1 of the policy", "correct that file"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "check", "grade", "says", "remedy"), FAULTS)
def test_a_planted_fault_is_named_with_its_remedy(
    installation: Settings, fault: Fault, check: Check, grade: Grade, says: str, remedy: str
) -> None:
    with fault(installation) as settings:
        found = list(check(settings))
    assert any(f.grade is grade and says in f.says and remedy in f.remedy for f in found), found


def test_an_alarm_that_somebody_settled_is_not_named_until_it_is_raised_again(vault: Works) -> None:
    def named() -> bool:
        return any(each.check == "alarms" and "parked" in each.says for each in processes.projections(vault.settings))

    with database.connect_now(database.views_url(vault.settings, "project")) as views:
        number = views.execute("select max(generation) from views.projections where name = 'alarms'").fetchone()
        assert number is not None
        views.execute("insert into views.alarms values ('parked', 'users', 7, 'user.added: KeyTampered')")
        assert named()
        closings = sql.Identifier(f"alarms_g{number[0]}", "closings")
        settled = sql.SQL("insert into {} select kind, name, position, last_at from views.alarms").format(closings)
        views.execute(settled)
        assert not named()
        views.execute("update views.alarms set last_at = clock_timestamp()")
        assert named()
        views.execute(sql.SQL("delete from views.alarms; delete from {}").format(closings))


def test_without_a_fault_nothing_stops_work(installation: Settings) -> None:
    with children_told(installation, {"name": "api", "pid": 1, "ready": True, "falls": 0}):
        found = examine.everything(installation)
    assert [finding for finding in found if finding.grade is Grade.STOPS] == []
    assert all(finding.remedy for finding in found if finding.grade is Grade.LOOK)


def test_where_parts_run_apart_no_supervisor_is_missed(tmp_path: Path) -> None:
    apart = Settings(state=tmp_path, config=tmp_path, database_url="host=db.example", views_url="host=db.example")
    assert [each.grade for each in processes.supervised(apart)] == [Grade.LOOK]
    (tmp_path / "lock").touch()  # there was one, once
    assert [each.grade for each in processes.supervised(apart)] == [Grade.STOPS]


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
