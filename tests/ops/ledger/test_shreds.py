"""A key is gone by right only when an event says so that opens and is signed; and what is shredded stays so."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import Connection

from domain.base import Author
from domain.shreddings import Forgettable, Shredding
from ops import database
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring, scope_alone
from ops.ledger import shreds
from ops.ledger.errors import Forgotten, KeyShredded, ScopeShredded
from ops.ledger.findings import Fault
from ops.ledger.keycheck import check_keys
from ops.ledger.log import Record
from ops.ledger.mapper import Mapper
from ops.ledger.source import COLUMNS
from ops.ledger.topics import Topics
from tests.ops.ledger.sample import LOG_ID, TODAY, Keys, Sample, fresh_keys
from tests.support.servers import Database

TOPICS = Topics([Shredding, Sample])
INSERT = "insert into ledger.events values (%s, %s, %s, %s, %s, %s, now() + %s * interval '1 second', %s, %s)"
SUBJECT = UUID(int=12)


class Written:
    """A log in a database: a sample that can be forgotten, and what is said of that."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.keys: Keys = fresh_keys()
        self.hand: Connection[Any] = psycopg.connect(database.superuser, autocommit=True)

    async def append(self, event: Any, author: Author, scope: UUID | None, signs: bool = True) -> int:
        """The id of the data key that it was sealed under."""
        authors = self.keys.authors if signs else dict.fromkeys(Author, b"guessed" * 4 + b"...")
        async with database.pool(self.database.append) as pool:
            ring = Keyring(Tier.EVENT, self.keys.event_root, LOG_ID, PostgresKeyStore(pool, Tier.EVENT))
            row = await Mapper(LOG_ID, ring, AuthorKeys(author, authors), TOPICS).seal(event, scope, TODAY)
        ((head,),) = self.hand.execute("select coalesce(max(position), 0) from ledger.events").fetchall()
        at = head + 1
        values = (at, row.stream, row.version, row.topic, row.key_id, row.author, at, row.state, row.mac)
        self.hand.execute(INSERT, values)
        return row.key_id

    async def opened(self) -> Sequence[Any]:
        async with database.pool(self.database.append) as pool:
            ring = Keyring(Tier.EVENT, self.keys.event_root, LOG_ID, PostgresKeyStore(pool, Tier.EVENT))
            mapper = Mapper(LOG_ID, ring, AuthorKeys(None, self.keys.authors), TOPICS)
            cursor = self.hand.cursor(binary=True)
            rows = cursor.execute(f"select {COLUMNS} from ledger.events order by position").fetchall()
            return await mapper.open_each([Record(*row) for row in rows])

    @property
    def reader(self) -> shreds.Reader:
        return shreds.Reader(LOG_ID, self.keys.event_root, AuthorKeys(None, self.keys.authors))

    def read(self) -> list[shreds.Shred]:
        with psycopg.connect(self.database.migrate) as operator:
            return shreds.shreds(operator, self.reader)

    def shred(self) -> int:
        with psycopg.connect(self.database.migrate, autocommit=True) as operator:
            return shreds.shred(operator, scope_alone(SUBJECT))


@pytest.fixture
def written(ledger_database: Database) -> Iterator[Written]:
    log = Written(ledger_database)
    yield log
    log.hand.close()


def said(*event_keys: int) -> Any:
    return Shredding(SUBJECT, Forgettable.USER, event_keys, (), (UUID(int=1), UUID(int=2))).pending_events[0]


def made() -> Any:
    return Sample("somebody", None).pending_events[0]


async def test_what_was_shredded_by_right_is_forgotten_and_nothing_else(written: Written) -> None:
    key = await written.append(made(), Author.API, SUBJECT)
    other = await written.append(made(), Author.API, UUID(int=13))
    await written.append(said(key), Author.SYSTEM, None)
    assert written.shred() == 1
    written.hand.execute("delete from ledger.event_keys where id = %s", (other,))
    forgotten, stolen, begun = await written.opened()
    assert (type(forgotten), type(stolen)) == (Forgotten, KeyShredded)
    assert begun.event_keys == (key,)
    assert [each.event_keys for each in await asyncio.to_thread(written.read)] == [(key,)]


async def test_a_shredding_that_nobody_signed_makes_nothing_lawful(written: Written) -> None:
    """Whoever owns the database has read a data key somewhere, but has no author's key."""
    key = await written.append(made(), Author.API, SUBJECT)
    await written.append(said(key), Author.SYSTEM, None, signs=False)
    written.shred()
    gone, _ = await written.opened()
    assert type(gone) is KeyShredded
    assert await asyncio.to_thread(written.read) == []


async def test_an_api_may_not_say_that_something_was_shredded(written: Written) -> None:
    key = await written.append(made(), Author.API, SUBJECT)
    await written.append(said(key), Author.SYSTEM, None)
    written.hand.execute("update ledger.events set author = 1 where position = 2")
    written.shred()
    gone, _ = await written.opened()
    assert type(gone) is KeyShredded


@pytest.mark.parametrize("tier", Tier)
async def test_no_key_is_made_for_it_again(written: Written, tier: Tier) -> None:
    written.shred()
    async with database.pool(written.database.append) as pool:
        ring = Keyring(tier, written.keys.event_root, LOG_ID, PostgresKeyStore(pool, tier))
        with pytest.raises(ScopeShredded):
            await ring.data_key(scope_alone(SUBJECT))
        await ring.data_key(scope_alone(UUID(int=13)))


async def test_a_key_that_is_being_made_while_its_scope_is_shredded_goes_too(written: Written) -> None:
    with psycopg.connect(written.database.append) as api:
        api.execute("select ledger.add_key('event', 7, %s, 1, 'w', 'n', 1)", (scope_alone(SUBJECT),))
        shredding = asyncio.create_task(asyncio.to_thread(written.shred))
        await asyncio.sleep(0.3)
        assert not shredding.done()
        api.commit()
        assert await shredding == 1
    assert written.hand.execute("select from ledger.event_keys").rowcount == 0


async def test_a_shredded_key_that_is_here_again_is_found(written: Written) -> None:
    key = await written.append(made(), Author.API, SUBJECT)
    await written.append(said(key), Author.SYSTEM, None)
    roots = {Tier.EVENT: written.keys.event_root}
    with written.hand.transaction():
        run = check_keys(written.hand, LOG_ID, roots, {key: 2})
    assert [(each.fault, each.position) for each in run.findings] == [(Fault.KEY, 2)]
    written.shred()
    with written.hand.transaction():
        assert check_keys(written.hand, LOG_ID, roots, {key: 2}).findings == []


@pytest.mark.parametrize("role", ["append", "project", "sign"])
def test_nobody_but_the_operator_shreds_or_restores(ledger_database: Database, role: str) -> None:
    with psycopg.connect(ledger_database.dsn(role), autocommit=True) as somebody:
        for statement in (
            "select ledger.shred('x')",
            "select ledger.restore_keys('event', '{}', '{}', '{}', '{}', '{}', '{}', '{}')",
            "delete from ledger.shredded",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                somebody.execute(statement.encode())
