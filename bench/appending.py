"""A process that appends: `python -m bench.appending log|library URL AT_ONCE SECONDS`; begins when told to."""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import threading
import time
from collections.abc import Sequence
from uuid import UUID

import psycopg
import uvloop
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict

from domain import ids
from ops.ledger.log import Row, Submission
from ops.ledger.postgres import PostgresLog

GUARDS = 12
STATE = 304
WARM = 0.5
RECORD = bytes(32)


async def log(url: str, at_once: int, seconds: float) -> float:
    """Commands that each write a stream of their own and rest on twelve others."""
    streams = _streams(url)
    done = 0

    async def commands(until: float) -> int:
        count = 0
        while time.perf_counter() < until:
            await through.append(_submission(streams, through.head))
            count += 1
            if random.random() < 0.02:  # or all would march in step, one full batch at a time, as no real load does
                await asyncio.sleep(random.random() * 1e-3)
        return count

    async with PostgresLog(url) as through:
        await asyncio.gather(*[commands(time.perf_counter() + WARM) for _ in range(at_once)])
        await asyncio.to_thread(_begin)
        began = time.perf_counter()
        done = sum(await asyncio.gather(*[commands(began + seconds) for _ in range(at_once)]))
        return done / (time.perf_counter() - began)


def library(url: str, at_once: int, seconds: float) -> float:
    """The same number of threads over the library's recorder, each event a stream of its own."""
    parts = conninfo_to_dict(url)
    store = PostgresDatastore(
        dbname=str(parts["dbname"]), host=str(parts["host"]), port=5432, user=str(parts["user"]), password="",
        pool_size=at_once, max_overflow=0,
    )  # fmt: skip
    recorder = PostgresApplicationRecorder(store, events_table_name="library_events")
    recorder.create_table()
    _each(at_once, lambda: recorder.insert_events([_stored()]), time.perf_counter() + WARM)
    _begin()
    began = time.perf_counter()
    done = _each(at_once, lambda: recorder.insert_events([_stored()]), began + seconds)
    return done / (time.perf_counter() - began)


def _each(threads: int, work: object, until: float) -> int:
    counts = [0] * threads

    def run(number: int) -> None:
        while time.perf_counter() < until:
            work()  # type: ignore[operator]
            counts[number] += 1

    running = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return sum(counts)


def _submission(streams: Sequence[UUID], head: int) -> Submission:
    row = Row(ids.new(), 1, "sample.made", 1, 1, os.urandom(STATE), RECORD)
    return Submission((row,), dict.fromkeys(random.choices(streams, k=GUARDS), 1), head)


def _stored() -> StoredEvent:
    return StoredEvent(ids.new(), 1, "sample.made", os.urandom(STATE))


def _streams(url: str) -> list[UUID]:
    with psycopg.connect(url) as database:
        return [row[0] for row in database.execute("select stream from ledger.events order by position limit 10000")]


def _begin() -> None:
    """Say that all is ready, and wait for the others."""
    print("ready", flush=True)
    sys.stdin.readline()


def main(kind: str, url: str, at_once: int, seconds: float) -> None:
    rate = uvloop.run(log(url, at_once, seconds)) if kind == "log" else library(url, at_once, seconds)
    print(json.dumps({"rate": rate}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
