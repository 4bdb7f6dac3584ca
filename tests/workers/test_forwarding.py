"""Sending to SIEM destinations: where nothing may go, how messages are framed, and who sends."""

from __future__ import annotations

import asyncio

import pytest

from domain import ids
from ops import database
from ops.ledger.claims import Claims
from ops.ledger.cursors import Cursors
from ops.siem.transport import Barred, place_of
from tests.support.servers import Database
from workers.forwarding.syslog import framed

NEAR = ["127.0.0.1", "::1", "169.254.169.254", "fe80::1", "0.0.0.0", "::ffff:127.0.0.1", "localhost"]


@pytest.mark.parametrize("host", NEAR)
async def test_nothing_is_sent_to_this_machine_or_its_link(host: str) -> None:
    with pytest.raises(Barred):
        await place_of(host, 443, local=False)


async def test_unless_that_was_allowed() -> None:
    assert await place_of("127.0.0.1", 443, local=True) == ("127.0.0.1", 443)


async def test_elsewhere_is_fine() -> None:
    assert await place_of("192.0.2.7", 6514, local=False) == ("192.0.2.7", 6514)


def test_a_message_is_behind_its_length_in_octets() -> None:
    assert framed("zwei Wörter\nzwei Zeilen".encode()) == b"24 " + "zwei Wörter\nzwei Zeilen".encode()


async def test_one_process_alone_sends_to_a_destination(ledger_database: Database) -> None:
    one, other, what = Claims(ledger_database.append), Claims(ledger_database.append), ids.new()
    assert await one.take(what)
    assert not await other.take(what)
    await one.close()
    assert await one.still() == frozenset()
    async with asyncio.timeout(10):
        while not await other.take(what):
            await asyncio.sleep(0.05)
    await other.give(what)
    assert await one.take(what)
    await one.close()
    await other.close()


async def test_a_cursor_never_goes_back(ledger_database: Database) -> None:
    async with database.pool(ledger_database.append) as pool:
        cursors, what = Cursors(pool), ids.new()
        await cursors.failed(what, 3, "it does not answer")
        assert (await cursors.all())[what].position == 3
        await cursors.taken(what, 7)
        await cursors.taken(what, 5)
        found = (await cursors.all())[what]
        assert (found.position, found.trouble) == (7, None)
