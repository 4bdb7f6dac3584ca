"""Bringing ten thousand data keys under a new version of their root, while the log is appended to."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import psycopg

from bench import filling
from bench.stage import Stage
from bench.trial import Figures, NoResult, Round, Row, Trial, at_most, figure
from bench.upped import ROOT
from ops import database
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring
from ops.crypto.providers.file import FileRoot
from ops.crypto.rewrapping import alone, outdated, rewrap
from tests.support.servers import Database

KEYS = 10_000
LOG_ID = UUID("11111111-2222-4333-8444-555555555555")
SECONDS = 12


@contextmanager
def opened(stage: Stage) -> Iterator[Round]:
    ledger = stage.ledger()
    filling.rough(ledger.superuser, KEYS)
    asyncio.run(_filled(ledger))
    versions = [bytes([number]) * 32 for number in range(1, 200)]
    version = 1

    def round_() -> Figures:
        nonlocal version
        version += 1
        argv = [sys.executable, "-m", "bench.appending", "log", ledger.append, "32", str(SECONDS)]
        with subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as appending:
            assert appending.stdin is not None
            assert appending.stdout is not None
            appending.stdout.readline()
            appending.stdin.write("go\n")
            appending.stdin.flush()
            seconds = _rotated(ledger, FileRoot(*versions[:version]))
            still = appending.poll() is None
            appending.communicate()
        if not still:
            raise NoResult("appending had ended before the keys were wrapped")
        return {"seconds": seconds, "keys/s": KEYS / seconds}

    yield round_


async def _filled(ledger: Database) -> None:
    async with database.pool(ledger.append) as pool:
        ring = Keyring(Tier.SECRET, FileRoot(b"\x01" * 32), LOG_ID, PostgresKeyStore(pool, Tier.SECRET))
        for number in range(KEYS):
            await ring.data_key(f"stream:{number}")


def _rotated(ledger: Database, root: FileRoot) -> float:
    with psycopg.connect(ledger.migrate, autocommit=True) as operator:
        began = time.perf_counter()
        alone(operator, Tier.SECRET, root.newest(), 0)
        count = rewrap(operator, Tier.SECRET, root, LOG_ID, lambda done, of: None)
        seconds = time.perf_counter() - began
        if count != KEYS or outdated(operator, Tier.SECRET, root.newest()):
            raise NoResult(f"{count} of {KEYS} keys were wrapped anew")
    return seconds


ROTATION = Trial(
    "rotation",
    (
        Row("rotation", "10,000 data keys under a new version of their root, while the log is appended to",
            at_most(10, "s"), figure("seconds")),
    ),
    opened,
    rounds=3,
)  # fmt: skip
