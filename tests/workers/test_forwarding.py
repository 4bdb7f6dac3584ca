"""Sending to SIEM destinations: where nothing may go, how messages are framed, and who sends."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from domain import ids
from domain.destinations import Destination, DestinationKind
from ops import database
from ops.crypto.authority import Authority
from ops.ledger.claims import Claims
from ops.ledger.cursors import Cursors
from ops.siem.entry import Entry
from ops.siem.transport import Barred, places_of
from tests.ops.siem.sample import SAMPLE
from tests.support.servers import Database
from workers.forwarding import sender
from workers.forwarding.base import Line, NotTaken
from workers.forwarding.syslog import Syslog, framed

NEAR = ["127.0.0.1", "::1", "169.254.169.254", "fe80::1", "0.0.0.0", "::ffff:127.0.0.1", "localhost"]


@pytest.mark.parametrize("host", NEAR)
async def test_nothing_is_sent_to_this_machine_or_its_link(host: str) -> None:
    with pytest.raises(Barred):
        await places_of(host, 443, local=False)


async def test_unless_that_was_allowed() -> None:
    assert await places_of("127.0.0.1", 443, local=True) == [("127.0.0.1", 443)]


async def test_elsewhere_is_fine() -> None:
    assert await places_of("192.0.2.7", 6514, local=False) == [("192.0.2.7", 6514)]


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


async def test_who_reads_is_never_taken_for_one_who_does_not(tmp_path: Path) -> None:
    """Whatever else TLS has to say meanwhile, tickets and keys: what was read must not come again."""
    came: list[bytes] = []

    async def reads(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while part := await reader.read(65536):
            came.append(part)
        writer.close()

    async with receiver(tmp_path, reads) as (port, trusting):
        for _ in range(5):
            async with asyncio.timeout(5):
                line = await Syslog.open([("127.0.0.1", port)], "localhost", trusting)
                for number in range(1, 20):
                    await line.send([replace(SAMPLE, position=number)])
                    await asyncio.sleep(0.005 * (number % 3))
                assert await line.close() == 19
    assert b"".join(came).count(b"position=") == 5 * 19


@asynccontextmanager
async def receiver(
    folder: Path, serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
) -> AsyncIterator[tuple[int, ssl.SSLContext]]:
    """One that listens with a certificate for `localhost`: where, and whom to trust."""
    authority = Authority.make()
    own = authority.issue("localhost", ["localhost"])
    (folder / "own.pem").write_bytes(own.key + own.certificate)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "own.pem")
    trusting = ssl.create_default_context(cadata=authority.pair.certificate.decode())
    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls) as server:
        yield server.sockets[0].getsockname()[1], trusting


async def test_what_lies_unread_in_a_receivers_memory_was_not_taken(tmp_path: Path) -> None:
    """Its TCP has acknowledged it; then it falls."""
    fell = asyncio.Event()

    async def reads_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await fell.wait()
        writer.transport.abort()

    async with receiver(tmp_path, reads_nothing) as (port, trusting):
        line = await Syslog.open([("::1", port), ("127.0.0.1", port)], "localhost", trusting)
        await line.send([SAMPLE])
        assert await line.taken() is None
        fell.set()
        assert await line.close() is None


async def test_one_that_takes_nothing_for_a_while_is_told_to_people_within_a_minute(
    ledger_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rests are shorter here; in earnest there are ten seconds of patience and thirty of rest."""
    assert sender.PATIENCE + sender.LONGEST < 60
    monkeypatch.setattr(sender, "PATIENCE", 0.3)
    monkeypatch.setattr(sender, "FIRST", 0.05)
    monkeypatch.setattr(sender, "LONGEST", 0.1)
    told: list[tuple[str, int, str]] = []

    async def alarm(destination: str, position: int, why: str) -> None:
        told.append((destination, position, why))

    async def nobody(position: int) -> Line:
        raise NotTaken("it does not answer")

    async def read(after: int, limit: int) -> list[Entry]:
        return []

    it = Destination(ids.new(), "SOC", DestinationKind.WEBHOOK, "https://x/", "", "", None, False, 7)
    async with database.pool(ledger_database.append) as pool:
        sending = asyncio.create_task(sender.Sender(it, read, nobody, Cursors(pool), lambda entry: entry, alarm).run())
        await asyncio.sleep(0.2)
        assert told == [], "not at the first failure"
        async with asyncio.timeout(10):
            while not told:
                await asyncio.sleep(0.05)
        sending.cancel()
        assert (await Cursors(pool).all())[it.id].trouble == "it does not answer"
    assert told[0] == (str(it.id), 7, "SOC: it does not answer")
