"""What a supervisor does when children, itself, or everything is killed; as root and as an ordinary user."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ops.runtime import nats
from tests.support.ordinary import Person, myself, somebody_else
from tests.support.servers import free_port

SECONDS_AFTER_KILLING_ALL = 4.0
SECONDS_WARM = 1.5


@dataclass
class Supervised:
    """A supervisor with PostgreSQL, NATS and one small child."""

    person: Person
    state: Path
    port: int
    process: subprocess.Popen[str] | None = None
    took: float = 0

    def up(self) -> None:
        self.process = self.person.start("-m", "tests.support.supervised", str(self.state), str(self.port))
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        if not said.startswith("{"):
            pytest.fail(said + self.process.stdout.read())
        self.took = json.loads(said)["ready"]

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def pids(self) -> dict[str, int]:
        return {
            "postgresql": int((self.state / "pgdata/postmaster.pid").read_text().split()[0]),
            "nats": int((self.state / "nats.lock").read_text()),
            "sleeper": int((self.state / "slept").read_text()),
        }

    def answers(self) -> bool:
        try:
            pids = self.pids()
        except (OSError, ValueError, IndexError):
            return False
        return all(_alive(pid) for pid in pids.values()) and nats.greeting(self.port) != {} and self._database_answers()

    def _database_answers(self) -> bool:
        """Asked by a program of his own: peer authentication lets nobody else in."""
        url = f"host={self.state}/run user=postgres dbname=postgres"
        code = f"import psycopg; psycopg.connect('{url}').execute('select 1')"
        return self.person.start("-c", code).wait() == 0

    def down(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(40)
        if self.process is not None and self.process.stdout is not None:
            self.process.stdout.close()


@pytest.fixture(params=["myself", "somebody else"])
def supervised(request: pytest.FixtureRequest) -> Iterator[Supervised]:
    with {"myself": myself, "somebody else": somebody_else}[request.param]() as person:
        running = Supervised(person, person.home / "state", free_port())
        running.up()
        try:
            yield running
        finally:
            running.down()


@pytest.mark.parametrize("child", ["postgresql", "nats", "sleeper"])
def test_a_killed_child_is_back_soon(supervised: Supervised, child: str) -> None:
    before = supervised.pids()[child]
    os.kill(before, signal.SIGKILL)
    until(lambda: supervised.answers() and supervised.pids()[child] != before, 5)


def test_killing_the_supervisor_ends_the_children_and_leaves_nothing_in_the_way(supervised: Supervised) -> None:
    children = supervised.pids()
    os.kill(supervised.pid, signal.SIGKILL)
    until(lambda: not any(_alive(pid) for pid in children.values()), 5)
    supervised.up()
    assert supervised.took <= SECONDS_WARM
    assert supervised.answers()


def test_after_killing_everything_all_is_back_in_four_seconds(supervised: Supervised) -> None:
    for pid in (supervised.pid, *supervised.pids().values()):
        os.kill(pid, signal.SIGKILL)
    supervised.up()
    assert supervised.took <= SECONDS_AFTER_KILLING_ALL
    assert supervised.answers()


def test_what_was_committed_outlives_the_kill_of_everything(supervised: Supervised) -> None:
    url = f"host={supervised.state}/run user=postgres dbname=postgres"
    write = f"import psycopg; psycopg.connect('{url}', autocommit=True).execute('create table kept as select 1 as one')"
    read = f"import psycopg; print(psycopg.connect('{url}').execute('select one from kept').fetchone())"
    assert supervised.person.start("-c", write).wait() == 0
    for pid in (supervised.pid, *supervised.pids().values()):
        os.kill(pid, signal.SIGKILL)
    supervised.up()
    said, _ = supervised.person.start("-c", read).communicate()
    assert said == "(1,)\n"


def test_asked_to_stop_it_stops_the_last_first_and_leaves_nobody(supervised: Supervised) -> None:
    children = supervised.pids()
    supervised.down()
    assert not any(_alive(pid) for pid in children.values())
    lines = [json.loads(line) for line in (supervised.state / "logs/supervisor.log").read_text().splitlines()]
    assert [line["child"] for line in lines if line["message"] == "stopping"] == ["sleeper", "nats", "postgresql"]


def test_a_stale_pid_file_that_names_somebody_else_is_in_nobodys_way(supervised: Supervised) -> None:
    supervised.down()
    file = supervised.state / "pgdata/postmaster.pid"
    file.write_text(f"{os.getpid()}\n{supervised.state}/pgdata\n")
    file.chmod(0o644)
    supervised.up()
    assert supervised.answers()


def test_a_stale_lock_beside_the_socket_is_in_nobodys_way(supervised: Supervised) -> None:
    """Its number belongs to another process of the same user by now, as in a container that was started anew."""
    supervised.down()
    server = (supervised.state / "pgdata").stat().st_uid
    with subprocess.Popen(["/bin/sleep", "60"], user=server if os.geteuid() == 0 else None) as other:
        lock = supervised.state / "run/.s.PGSQL.5432.lock"
        lock.write_text(f"{other.pid}\n{supervised.state}/pgdata\n")
        lock.chmod(0o644)
        try:
            supervised.up()
            assert supervised.answers()
        finally:
            other.kill()


def test_a_child_that_falls_again_and_again_is_started_ever_more_slowly(supervised: Supervised) -> None:
    if supervised.person.account.uid != os.geteuid():
        pytest.skip("once is enough")
    (supervised.state / "falls").touch()
    os.kill(supervised.pids()["sleeper"], signal.SIGKILL)
    time.sleep(2)
    starts = len((supervised.state / "starts").read_text().split())
    assert 4 <= starts <= 7  # after 0.1, 0.2, 0.4 and 0.8 s
    (supervised.state / "falls").unlink()
    until(supervised.answers, 5)


def until(holds: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
