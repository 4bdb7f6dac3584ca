"""One contract for both stores, and what the database lets whom do with keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from uuid import UUID

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from ops import database
from ops.crypto.key_store import KeyStore, MemoryKeyStore, PostgresKeyStore, Tier, WrappedKey
from ops.crypto.keyring import Keyring
from ops.crypto.providers.file import FileRoot
from ops.ledger.errors import Away
from tests.support.servers import Database

KEY = WrappedKey(7, "stream:a", 1, b"w" * 48, b"n" * 12)
Open = Callable[[Tier], KeyStore]


@pytest.fixture(params=["memory", "postgres"])
async def stores(request: pytest.FixtureRequest) -> AsyncIterator[Open]:
    """Stores of either tier, empty."""
    async with AsyncExitStack() as stack:
        if request.param == "memory":
            kept = {tier: MemoryKeyStore() for tier in Tier}
            yield lambda tier: kept[tier]
        else:
            ledger: Database = request.getfixturevalue("ledger_database")
            pool = await stack.enter_async_context(database.pool(ledger.append))
            yield lambda tier: PostgresKeyStore(pool, tier)


async def test_a_key_is_found_by_scope_and_by_id(stores: Open) -> None:
    store = stores(Tier.EVENT)
    assert await store.by_scope("stream:a") is None
    assert await store.add(KEY) == KEY
    assert await store.by_scope("stream:a") == KEY
    assert await store.by_ids([7, 8]) == [KEY]
    assert await store.by_ids([]) == []


async def test_who_comes_second_gets_what_the_first_kept(stores: Open) -> None:
    store = stores(Tier.EVENT)
    others = [replace(KEY, id=10 + n, wrapped=bytes([n]) * 48) for n in range(6)]
    kept = await asyncio.gather(*(store.add(other) for other in others))
    assert len(set(kept)) == 1
    assert kept[0] in others


async def test_a_scope_s_keys_follow_one_another_and_the_newest_is_found(stores: Open) -> None:
    store = stores(Tier.EVENT)
    await store.add(KEY)
    second = replace(KEY, id=8, serial=2)
    assert await store.add(second) == second
    assert await store.add(replace(KEY, id=9, serial=2)) == second, "somebody was first"
    assert await store.by_scope("stream:a") == second
    assert {key.id for key in await store.by_ids([7, 8, 9])} == {7, 8}


async def test_uses_add_up_and_those_of_a_key_that_is_gone_are_no_matter(stores: Open) -> None:
    store = stores(Tier.SECRET)
    await store.add(KEY)
    await store.add(replace(KEY, id=8, serial=2))
    assert await store.count({7: 5, 99: 3}) == {7: 5}
    assert await store.count({7: 1, 8: 2}) == {7: 6, 8: 2}
    found = await store.by_scope("stream:a")
    assert found is not None
    assert found.uses == 2
    assert await store.count({}) == {}


def test_serials_have_no_gap_and_uses_only_grow(ledger_database: Database) -> None:
    with psycopg.connect(ledger_database.append, autocommit=True) as api:
        for statement in (
            "select ledger.add_key('event', 1, 's', 1, 'w', 'n', 2)",
            "select ledger.add_key('event', 1, 's', 1, 'w', 'n', 0)",
            "select ledger.count_uses('event', '{1}', '{-1}')",
            "select ledger.count_uses('other', '{1}', '{1}')",
        ):
            with pytest.raises((psycopg.errors.InvalidParameterValue, psycopg.errors.CheckViolation)):
                api.execute(statement.encode())


async def test_the_tiers_are_apart(stores: Open) -> None:
    await stores(Tier.EVENT).add(KEY)
    assert await stores(Tier.SECRET).by_scope("stream:a") is None
    assert await stores(Tier.SECRET).by_ids([7]) == []


async def test_a_keyring_works_on_either(stores: Open) -> None:
    rings = [Keyring(Tier.SECRET, FileRoot(b"r" * 32), UUID(int=1), stores(Tier.SECRET)) for _ in range(2)]
    made = await rings[0].data_key("stream:a")
    assert (await rings[1].by_id(made.id)).scope == "stream:a"


@pytest.mark.parametrize("role", ["append", "project"])
@pytest.mark.parametrize(
    "statement",
    [
        "insert into ledger.event_keys values (1, 's', 1, '', '')",
        "update ledger.event_keys set uses = 0",
        "update ledger.event_keys set kek = 2",
        "delete from ledger.event_keys",
        "delete from ledger.secret_keys",
        "truncate ledger.event_keys",
    ],
)
def test_nobody_who_serves_changes_keys(ledger_database: Database, role: str, statement: str) -> None:
    with psycopg.connect(ledger_database.dsn(role)) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(statement)


def test_the_projector_neither_reads_secret_keys_nor_adds_keys(ledger_database: Database) -> None:
    with psycopg.connect(ledger_database.project, autocommit=True) as connection:
        connection.execute("select * from ledger.event_keys")
        with pytest.raises(InsufficientPrivilege):
            connection.execute("select * from ledger.secret_keys")
        with pytest.raises(InsufficientPrivilege):
            connection.execute("select ledger.add_key('event', 1, 's', 1, '', '', 1)")


async def test_without_a_database_it_is_away() -> None:
    async with database.pool("host=/nonexistent connect_timeout=1", smallest=0, wait=0.2) as pool:
        with pytest.raises(Away):
            await PostgresKeyStore(pool, Tier.EVENT).by_scope("stream:a")
