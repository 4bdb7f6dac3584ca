"""Who waits for a proof believes checkpoints that were signed by the log and agreed on, and no others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest

from ops.crypto.signing import SigningKey
from ops.proof.notes import Algorithm, Checkpoint, Note, VerifierKey, cosign, sign_checkpoint
from ops.proof.policy import Policy
from ops.proof.watch import Trusted, Watch
from ops.signer.origin import names_of
from tests.ops.ledger.sample import LOG_ID, fresh_keys
from tests.ops.proof.logs import SealedLog
from tests.support.sealed import KEY, WITNESS, publish
from tests.support.servers import Database

OTHER = SigningKey(bytes(range(3, 35)))
WITNESSED = Policy.parse(f"witness w {VerifierKey('w', Algorithm.COSIGNATURE, WITNESS.public)}\nquorum w\n")
FIRST, SECOND, *_ = names_of(LOG_ID)


@pytest.fixture
def log(ledger_database: Database) -> Iterator[SealedLog]:
    with psycopg.connect(ledger_database.superuser, autocommit=True) as hand:
        log = SealedLog(ledger_database, fresh_keys(), hand)
        log.fill(20)
        yield log


async def watching(log: SealedLog, policy: Policy) -> AsyncIterator[Watch]:
    trusted = Trusted([VerifierKey.of_log(name, KEY.public) for name in names_of(LOG_ID)], policy)
    watch = Watch(log.database.append, trusted)
    running = asyncio.create_task(watch.run())
    yield watch
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await watch.close()


@pytest.fixture
async def watch(log: SealedLog) -> AsyncIterator[Watch]:
    async for watch in watching(log, Policy()):
        yield watch


@pytest.fixture
async def careful(log: SealedLog) -> AsyncIterator[Watch]:
    """Who asks for a witness, too."""
    async for watch in watching(log, WITNESSED):
        yield watch


def checkpoint(size: int, key: SigningKey = KEY, name: str = FIRST) -> Note:
    return sign_checkpoint(Checkpoint(name, size, bytes(32)), key)


async def test_who_waits_is_woken_by_the_checkpoint(log: SealedLog, watch: Watch) -> None:
    publish(log.hand, checkpoint(5))
    assert await watch.covers(5)
    waiting = asyncio.create_task(watch.covers(10))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    publish(log.hand, checkpoint(12))
    assert await waiting
    assert await watch.covers(3)


async def test_what_never_comes_is_not_waited_for_for_ever(log: SealedLog, watch: Watch) -> None:
    publish(log.hand, checkpoint(5))
    assert not await watch.covers(6)


async def test_what_the_logs_key_did_not_sign_counts_for_nothing(log: SealedLog, watch: Watch) -> None:
    """Whoever owns the database can write any row."""
    publish(log.hand, checkpoint(15, OTHER))
    assert not await watch.covers(10)


async def test_what_too_few_agreed_on_counts_for_nothing(log: SealedLog, careful: Watch) -> None:
    publish(log.hand, checkpoint(15), agreed=True)
    assert not await careful.covers(10)
    note = checkpoint(15)
    publish(log.hand, note.with_(cosign(note, WITNESS, "w", 1_700_000_000)))
    assert await careful.covers(10)


async def test_an_older_name_of_the_log_counts_for_nothing(log: SealedLog, watch: Watch) -> None:
    """After a recovery the log is shorter; what was signed of the lost one says nothing of what came instead."""
    publish(log.hand, checkpoint(5, name=SECOND))
    assert await watch.covers(5)
    publish(log.hand, checkpoint(15, name=FIRST))
    assert not await watch.covers(10)


async def test_records_that_wait_for_long_are_told_of(log: SealedLog, watch: Watch) -> None:
    publish(log.hand, checkpoint(5))
    assert not await watch.keeps_up()
    log.do("update ledger.events set recorded_at = clock_timestamp() where position > 5")
    assert await watch.keeps_up()
    publish(log.hand, checkpoint(20))
    assert await watch.keeps_up()
