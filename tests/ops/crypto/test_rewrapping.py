"""Keys come under a newer version of their root only when all who use them know it; nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from ops import database
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring, Wrapping
from ops.crypto.providers.file import FileRoot
from ops.crypto.rewrapping import alone, outdated, rewrap
from ops.crypto.root_locks import SPACE, RootLocks
from ops.ledger.errors import KeyOfOtherRoot, KeysInUse, KeysMoved, KeyVersionMoved
from tests.ops.ledger.sample import LOG_ID
from tests.support.servers import Database

OLD, NEW = FileRoot(b"r" * 32), FileRoot(b"r" * 32, b"t" * 32)
MANY = 1_200


@pytest.fixture
def operator(ledger_database: Database) -> Iterator[Connection[Any]]:
    with psycopg.connect(ledger_database.migrate, autocommit=True) as connection:
        yield connection


async def filled(ledger: Database, count: int, tier: Tier = Tier.EVENT, root: FileRoot = OLD) -> dict[str, bytes]:
    """So many keys, by their scopes."""
    async with database.pool(ledger.append) as pool:
        ring = Keyring(tier, root, LOG_ID, PostgresKeyStore(pool, tier))
        return {f"stream:{n}": (await ring.data_key(f"stream:{n}")).key for n in range(count)}


def quiet(done: int, of: int) -> None:
    """Nobody looks."""


@pytest.mark.parametrize("tier", Tier)
async def test_every_key_is_the_same_key_afterwards(
    ledger_database: Database, operator: Connection[Any], tier: Tier
) -> None:
    keys = await filled(ledger_database, MANY, tier)
    alone(operator, tier, 2, 0)
    told: list[tuple[int, int]] = []
    assert rewrap(operator, tier, NEW, LOG_ID, lambda done, of: told.append((done, of))) == MANY
    assert told[-1] == (MANY, MANY)
    assert len(told) == 3
    assert outdated(operator, tier, 2) == 0
    assert await filled(ledger_database, MANY, tier, NEW) == keys
    assert await filled(ledger_database, MANY + 1, tier, NEW), "new ones come under the new version"
    assert operator.execute(f"select distinct kek from ledger.{tier}_keys".encode()).fetchall() == [(2,)]


async def test_interrupted_it_goes_on_with_what_is_left(ledger_database: Database, operator: Connection[Any]) -> None:
    await filled(ledger_database, MANY)

    def interrupted(done: int, of: int) -> None:
        raise KeyboardInterrupt

    alone(operator, Tier.EVENT, 2, 0)
    with pytest.raises(KeyboardInterrupt):
        rewrap(operator, Tier.EVENT, NEW, LOG_ID, interrupted)
    assert outdated(operator, Tier.EVENT, 2) == MANY - 500
    assert rewrap(operator, Tier.EVENT, NEW, LOG_ID, quiet) == MANY - 500


async def test_a_key_that_changed_meanwhile_is_left_alone(ledger_database: Database, operator: Connection[Any]) -> None:
    await filled(ledger_database, 1)
    row = operator.execute("select id, wrapped from ledger.event_keys").fetchone()
    assert row is not None
    with psycopg.connect(ledger_database.superuser, autocommit=True) as hand:
        hand.execute("update ledger.event_keys set wrapped = 'another'")
    alone(operator, Tier.EVENT, 2, 0)
    given = ("event", 2, [row[0]], [row[1]], [b"new"], [b"nonce"])
    asked = operator.execute(
        "select ledger.wrap_anew(%s, %s, %s::bigint[], %s::bytea[], %s::bytea[], %s::bytea[])", given
    )
    assert asked.fetchone() == (0,)
    assert operator.execute("select wrapped, kek from ledger.event_keys").fetchone() == (b"another", 1)


async def test_while_somebody_knows_only_the_older_version_nothing_is_wrapped(
    ledger_database: Database, operator: Connection[Any]
) -> None:
    locks = RootLocks(ledger_database.append, {Tier.EVENT: 1, Tier.SECRET: 1})
    await locks.take()
    with pytest.raises(KeysInUse, match=r"event\.root: start it anew"):
        alone(operator, Tier.EVENT, 2, 0.3)
    newer = RootLocks(ledger_database.append, {Tier.EVENT: 2, Tier.SECRET: 1})
    await newer.take()
    await locks.give()
    alone(operator, Tier.EVENT, 2, 5)
    await newer.give()


async def test_whoever_starts_with_an_older_file_is_refused(
    ledger_database: Database, operator: Connection[Any]
) -> None:
    """While keys are being wrapped, and ever after."""
    await filled(ledger_database, 1)
    alone(operator, Tier.EVENT, 2, 0)
    locks = RootLocks(ledger_database.append, {Tier.EVENT: 1})
    with pytest.raises(KeysMoved, match="are being wrapped"):
        await locks.take()
    await locks.give()
    rewrap(operator, Tier.EVENT, NEW, LOG_ID, quiet)
    operator.close()
    with pytest.raises(KeysMoved, match="this file has 1"):
        await locks.take()
    await locks.give()


async def test_nobody_goes_back_to_an_older_version(ledger_database: Database, operator: Connection[Any]) -> None:
    await filled(ledger_database, 1)
    alone(operator, Tier.EVENT, 2, 0)
    rewrap(operator, Tier.EVENT, NEW, LOG_ID, quiet)
    with pytest.raises(psycopg.Error, match="newer version already"):
        operator.execute("select ledger.wrap_anew('event', 1, '{}', '{}', '{}', '{}')")


async def test_a_tier_without_keys_comes_under_the_version_too(
    ledger_database: Database, operator: Connection[Any]
) -> None:
    alone(operator, Tier.SECRET, 2, 0)
    assert rewrap(operator, Tier.SECRET, NEW, LOG_ID, quiet) == 0
    await filled(ledger_database, 1, Tier.SECRET, NEW)
    assert operator.execute("select kek from ledger.secret_keys").fetchall() == [(2,)]


async def test_who_looked_before_the_version_moved_looks_again(
    ledger_database: Database, operator: Connection[Any]
) -> None:
    """His key would lie behind those that are looked through, under the version that nobody keeps."""
    alone(operator, Tier.EVENT, 2, 0)
    async with database.pool(ledger_database.append) as pool:
        store = PostgresKeyStore(pool, Tier.EVENT)
        before = await store.version()
        rewrap(operator, Tier.EVENT, NEW, LOG_ID, quiet)
        with pytest.raises(KeyVersionMoved):
            await store.add(Wrapping(Tier.EVENT, NEW, LOG_ID).make("stream:late", before))
        store.version = once(before, store.version)  # type: ignore[method-assign]
        await Keyring(Tier.EVENT, NEW, LOG_ID, store).data_key("stream:late")
    assert operator.execute("select kek from ledger.event_keys").fetchall() == [(2,)]


def once(first: int, then: Callable[[], Coroutine[Any, Any, int]]) -> Callable[[], Coroutine[Any, Any, int]]:
    """What a process read just before it moved, and afterwards what is so."""
    told = iter([first])

    async def version() -> int:
        return next(told, None) or await then()

    return version


async def test_a_process_that_does_not_hold_the_version_makes_no_key(
    ledger_database: Database, operator: Connection[Any]
) -> None:
    alone(operator, Tier.EVENT, 2, 0)
    rewrap(operator, Tier.EVENT, NEW, LOG_ID, quiet)
    with pytest.raises(KeysMoved, match="this process holds 1"):
        await filled(ledger_database, 1)


async def test_whoever_has_not_made_sure_that_nobody_knows_only_older_versions_wraps_nothing(
    ledger_database: Database, operator: Connection[Any]
) -> None:
    await filled(ledger_database, 1)
    for hold in ((), (1,), (1, 3)):
        for version in hold:
            operator.execute("select pg_advisory_lock(%s, %s)", (SPACE[Tier.EVENT], version))
        with pytest.raises(psycopg.Error, match="only an older version"):
            operator.execute("select ledger.wrap_anew('event', 4, '{}', '{}', '{}', '{}')")
        operator.execute("select pg_advisory_unlock_all()")
    operator.execute("select pg_advisory_lock_shared(%s, 1)", (SPACE[Tier.EVENT],))
    with pytest.raises(psycopg.Error, match="only an older version"):
        operator.execute("select ledger.wrap_anew('event', 2, '{}', '{}', '{}', '{}')")
    assert outdated(operator, Tier.EVENT, 2) == 1


async def test_an_older_file_is_told_from_a_key_that_was_tampered_with(
    ledger_database: Database, operator: Connection[Any]
) -> None:
    await filled(ledger_database, 1)
    alone(operator, Tier.EVENT, 2, 0)
    rewrap(operator, Tier.EVENT, NEW, LOG_ID, quiet)
    with pytest.raises(KeyOfOtherRoot, match="lies under version 2 of its root, which the file here does not have"):
        await filled(ledger_database, 1)
    operator.close()


@pytest.mark.parametrize("role", ["append", "project", "sign"])
def test_nobody_but_the_operator_wraps_keys(ledger_database: Database, role: str) -> None:
    with psycopg.connect(ledger_database.dsn(role), autocommit=True) as somebody:
        for statement in (
            "select ledger.wrap_anew('event', 2, '{}', '{}', '{}', '{}')",
            "update ledger.key_versions set version = 2",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                somebody.execute(statement.encode())
