"""The stream AUDIT: each event at its position, once, whatever falls meanwhile; and consumers who can only read it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import nats.errors
import pytest
from nats.aio.client import Client

from domain import ids
from ops import database
from ops.bus import AUDIT, Outgoing, OutOfStep
from ops.ledger.cursors import Cursors
from ops.runtime.nats import FOLLOWER, PUBLISHER
from ops.siem import cloudevents
from tests.ops.runtime.test_bus_users import connected
from tests.support.servers import Database, NatsServer, in_starter
from tests.support.telling import Telling, entry, positions, taken, telling
from workers.forwarding import sender, stream
from workers.forwarding.base import NotTaken
from workers.forwarding.stream import Stream

API = "$JS.audit.API"


async def test_every_event_stands_at_its_position_as_a_cloudevent(fresh_bus: NatsServer) -> None:
    async with telling(fresh_bus) as it:
        await it.tell(250)
        assert await it.end() == (250, 250)
        message = await it.bus.message(AUDIT, 117)
        assert message is not None
        assert json.loads(message.body) == json.loads(json.dumps(cloudevents.document(entry(117))))
        assert message.headers["Nats-Msg-Id"] == entry(117).id
        assert message.headers["content-type"].startswith("application/cloudevents+json")


async def test_who_tells_twice_or_out_of_turn_is_refused_by_the_stream(fresh_bus: NatsServer) -> None:
    async with telling(fresh_bus) as it:
        first = await it.tell(10)
        second = await it.tell(12)
        with pytest.raises(NotTaken, match="does not end where it did"):
            await first.send([replace(entry(11), entry_hash="ff" * 32)])
        with pytest.raises(NotTaken, match="does not end where it did"):
            await second.send([entry(14)])
        with pytest.raises(OutOfStep):
            await it.bus.publish([Outgoing("audit.3004.account.added", b"{}", 5, {})])
        assert await it.end() == (12, 12)


async def test_what_nats_lost_comes_again_at_its_place(fresh_bus: NatsServer) -> None:
    """A tail that was not on disk yet, then the whole store: the cursor knows more than the stream."""
    async with telling(fresh_bus) as it:
        await it.tell(40)
        it.position = 60  # all of it was taken, the last twenty are lost
        await it.tell(60)
        assert await it.end() == (60, 60)
        await it.bus.delete(AUDIT)
        await it.tell(61)
        assert await it.end() == (61, 61)


async def test_what_was_told_and_not_noted_is_not_told_twice(fresh_bus: NatsServer) -> None:
    """The worker was killed between the stream's answer and its own note: its cursor knows less than the stream."""
    async with telling(fresh_bus) as it:
        await it.tell(40)
        it.position = 12
        await it.tell(41)
        assert await it.end() == (41, 41)


async def test_a_kill_in_the_middle_of_a_batch_leaves_neither_hole_nor_repeat(fresh_bus: NatsServer) -> None:
    async with telling(fresh_bus) as it:
        line = await it.tell(3)
        messages = [stream._message(entry(position)) for position in (4, 5, 6)]
        await it.bus.publish(messages[:2])  # of three, and no more
        assert line.behind(0) == 3
        it.position = 3
        await it.tell(8)
        await it.admit("soc")
        async with asyncio.timeout(20):
            assert positions(await taken(await it.client("soc"), "soc", 8)) == list(range(1, 9))


async def test_another_destinations_stream_is_made_anew(fresh_bus: NatsServer) -> None:
    """It may have been told names where the new one tells pseudonyms."""
    async with telling(fresh_bus) as it:
        await it.tell(10)
        it.destination = replace(it.destination, id=ids.new(), after=7)
        it.position = 7
        await it.tell(10)
        assert await it.end() == (10, 3)


async def test_a_stream_that_holds_what_the_trail_does_not_is_not_gone_on_with(fresh_bus: NatsServer) -> None:
    async with telling(fresh_bus) as it:
        await it.tell(10)
        it.trail.changed[10] = replace(entry(10), entry_hash="ee" * 32)
        with pytest.raises(NotTaken, match="another event at position 10"):
            await it.tell(11)
        it.trail.changed.clear()
        it.trail.head = 8  # the log was set back
        with pytest.raises(NotTaken, match="does not reach position 10"):
            await it.tell(8)


async def test_nats_may_be_killed_while_a_consumer_reads(fresh_bus: NatsServer) -> None:
    async with telling(fresh_bus) as it:
        await it.tell(300)
        await it.admit("soc")
        client = await it.client("soc")
        before = positions(await taken(client, "soc", 150))
        await in_starter(fresh_bus.restart, True)
        async with asyncio.timeout(20):
            while True:
                try:
                    await it.tell(400)
                    break
                except NotTaken:
                    await asyncio.sleep(0.05)
        await it.known()
        again = positions(await taken(await it.client("soc"), "soc", 400, 2))
        assert sorted({*before, *again}) == list(range(1, 401)), "nothing lacks"
        assert await it.end() == (400, 400), "and nothing is there twice"


async def test_nats_away_is_said_at_once(fresh_bus: NatsServer) -> None:
    async with telling(fresh_bus) as it:
        line = await it.tell(3)
        fresh_bus.stop()
        async with asyncio.timeout(5):
            while it.bus.connected:
                await asyncio.sleep(0.01)
        with pytest.raises(NotTaken, match="lost"):
            await line.taken()
        with pytest.raises(NotTaken, match="does not take it"):
            await line.send([entry(4)])
        with pytest.raises(NotTaken, match="does not answer"):
            await it.tell(4)


async def test_an_idle_line_notices_that_nats_came_back_with_less(fresh_bus: NatsServer) -> None:
    async with telling(fresh_bus) as it:
        line = await it.tell(3)
        await in_starter(fresh_bus.restart, True)
        async with asyncio.timeout(10):
            while not it.bus.connected:
                await asyncio.sleep(0.01)
        with pytest.raises(NotTaken, match="lost"):
            await line.taken()


async def test_a_sender_comes_to_the_end_whoever_is_killed_meanwhile(
    fresh_bus: NatsServer, ledger_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NATS, the sender itself in the middle of a batch, and the whole stream; its cursor is the database's."""
    monkeypatch.setattr(sender, "FIRST", 0.05)
    async with telling(fresh_bus) as it, database.pool(ledger_database.append) as pool:
        cursors = Cursors(pool)
        for head, trouble in ((300, "nats"), (600, "sender"), (900, "stream"), (1000, "nothing")):
            it.trail.head = head
            sending = asyncio.create_task(sender_of(it, cursors).run())
            await asyncio.sleep(0.05)
            if trouble == "nats":
                await in_starter(fresh_bus.restart, True)
            elif trouble == "sender":
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
                sending = asyncio.create_task(sender_of(it, cursors).run())
            elif trouble == "stream":
                await told(it, cursors, 700)
                await it.bus.delete(AUDIT)
            await told(it, cursors, head)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        last, messages = await it.end()
        await it.admit("soc")
        came = positions(await taken(await it.client("soc"), "soc", messages, 20))
        assert came == list(range(last - messages + 1, 1001))
        assert (await cursors.all())[it.destination.id].trouble is None


def sender_of(it: Telling, cursors: Cursors) -> sender.Sender:
    async def connect(position: int) -> Stream:
        return await Stream.open(it.bus, it.destination, position, it.trail.read)

    async def alarm(destination: str, position: int, why: str) -> None: ...

    return sender.Sender(it.destination, it.trail.read, connect, cursors, lambda each: each, alarm)


async def told(it: Telling, cursors: Cursors, position: int) -> None:
    async with asyncio.timeout(30):
        while True:
            known = (await cursors.all()).get(it.destination.id)
            if known is not None and known.position >= position:
                return
            await asyncio.sleep(0.02)


async def test_a_consumer_reads_from_a_position_from_a_time_and_back_again(fresh_bus: NatsServer) -> None:
    async with telling(fresh_bus) as it:
        await it.tell(100)
        await it.admit("soc", after=90)
        client = await it.client("soc")
        assert positions(await taken(client, "soc", 10)) == list(range(91, 101))
        await reset(client, "soc", 95)
        assert positions(await taken(client, "soc", 6)) == list(range(95, 101))
        await it.admit("all")
        client = await it.client("all")
        await reset(client, "all", await first_since(client, "all", "2026-07-01T12:00:42Z"))
        assert positions(await taken(client, "all", 2)) == [42, 43]


async def test_a_consumer_is_given_what_it_was_admitted_to_and_no_more(fresh_bus: NatsServer) -> None:
    async with telling(fresh_bus) as it:
        await it.tell(30)
        await it.admit("logins", subject="audit.3002.>")
        found = await taken(await it.client("logins"), "logins", 30, 1)
        assert {message.subject for message in found} == {"audit.3002.sign-in.succeeded"}
        assert len(found) == 10


FORBIDDEN = [
    ("audit.3004.account.added", b"{}"),
    ("log.account.added", b"{}"),
    ("checkpoint.made", b"{}"),
    ("$JS.API.STREAM.INFO.LOG", b""),
    *(
        (f"{api}.{subject}", body)
        for api in ("$JS.API", API)
        for subject, body in (
            ("STREAM.PURGE.AUDIT", b""),
            ("STREAM.DELETE.AUDIT", b""),
            ("STREAM.UPDATE.AUDIT", b'{"name":"AUDIT"}'),
            ("STREAM.INFO.AUDIT", b""),
            ("STREAM.NAMES", b""),
            ("STREAM.MSG.GET.AUDIT", b'{"seq":1}'),
            ("STREAM.MSG.DELETE.AUDIT", b'{"seq":1}'),
            ("DIRECT.GET.AUDIT", b'{"seq":1}'),
            ("STREAM.MSG.GET.LOG", b'{"seq":1}'),
            ("CONSUMER.CREATE.AUDIT.soc.audit.>", b"{}"),
            ("CONSUMER.CREATE.AUDIT.soc", b"{}"),
            ("CONSUMER.CREATE.AUDIT", b"{}"),
            ("CONSUMER.DURABLE.CREATE.AUDIT.soc", b"{}"),
            ("CONSUMER.DELETE.AUDIT.soc", b""),
            ("CONSUMER.LIST.AUDIT", b""),
            ("CONSUMER.NAMES.AUDIT", b""),
            ("CONSUMER.INFO.AUDIT.other", b""),
            ("CONSUMER.MSG.NEXT.AUDIT.other", b"1"),
            ("CONSUMER.RESET.AUDIT.other", b""),
            ("CONSUMER.DELETE.AUDIT.other", b""),
            ("CONSUMER.PAUSE.AUDIT.other", b"{}"),
            ("CONSUMER.MSG.NEXT.LOG.f1", b"1"),
        )
    ),
    ("$JS.ACK.AUDIT.other.1.1.1.1.0", b""),
    ("$SYS.REQ.SERVER.PING", b""),
    ("_INBOX_other.somebody", b"{}"),
    ("_INBOX_teller.taken.1", b'{"seq":1}'),
]
UNHEARD = (">", "audit.>", "log.>", "$JS.>", "_INBOX_other.>", "_INBOX_teller.>", "_R_.>")


async def test_a_consumer_can_do_nothing_but_read_its_own(fresh_bus: NatsServer) -> None:
    denied: list[str] = []

    async def told(error: Exception) -> None:
        denied.append(str(error))

    async with telling(fresh_bus) as it:
        await it.tell(10)
        await it.admit("soc")
        await it.admit("other", subject="audit.3002.>")
        client = await it.client("soc", error_cb=told)
        other = await it.bus.seats(AUDIT)
        for subject, body in FORBIDDEN:
            await client.publish(subject, body, reply="_INBOX_soc.answer")
        for subject in UNHEARD:
            await client.subscribe(subject)
        async with asyncio.timeout(10):
            while len(denied) < len(FORBIDDEN) + len(UNHEARD):
                await client.flush()
                await asyncio.sleep(0.01)
        said = " ".join(denied).lower()
        assert [each for each, _ in FORBIDDEN if f'publish to "{each}"'.lower() not in said] == []
        assert [each for each in UNHEARD if f'subscription to "{each}"'.lower() not in said] == []
        assert (await it.end(), await it.bus.seats(AUDIT)) == ((10, 10), other)


@pytest.mark.parametrize("user", [PUBLISHER, FOLLOWER])
async def test_who_follows_the_log_does_not_see_the_trail(fresh_bus: NatsServer, user: str) -> None:
    async with telling(fresh_bus) as it:
        await it.tell(1)

        async def ignored(_: Exception) -> None: ...

        client = await connected(fresh_bus, user, ignored)
        with pytest.raises((nats.errors.Error, nats.js.errors.Error)):
            await client.jetstream(timeout=0.5).stream_info(AUDIT)
        await client.close()


async def test_an_answer_that_a_consumer_sends_elsewhere_gets_nowhere(fresh_bus: NatsServer) -> None:
    """The subject of an answer is the asker's to choose, and nobody's right to publish is looked at for it."""
    async with telling(fresh_bus) as it:
        await it.tell(10)
        await it.admit("soc")
        await it.admit("other")
        client, other = await it.client("soc"), await it.client("other")
        subscription = await other.jetstream(domain="audit").pull_subscribe_bind("other", stream=AUDIT)
        (held,) = await subscription.fetch(1)
        before = await info(other, "other")
        for answered in (
            "audit.3004.account.added", "$JS.API.STREAM.DELETE.AUDIT", "$JS.API.CONSUMER.RESET.AUDIT.other",
            f"{API}.CONSUMER.RESET.AUDIT.other", f"{API}.STREAM.PURGE.AUDIT", held.reply, "log.account.added",
        ):  # fmt: skip
            await client.publish(f"{API}.CONSUMER.INFO.AUDIT.soc", b"", reply=answered)
            await client.publish(f"{API}.CONSUMER.MSG.NEXT.AUDIT.soc", b'{"batch":1,"no_wait":true}', reply=answered)
        await client.flush()
        await asyncio.sleep(0.3)  # nothing is to happen
        assert await it.end() == (10, 10)
        assert await info(other, "other") == before


async def test_a_consumer_that_is_removed_is_cut_off_at_once_and_others_are_not(fresh_bus: NatsServer) -> None:
    async with telling(fresh_bus) as it:
        await it.tell(3)
        await it.admit("soc")
        await it.admit("other")
        soc, other = await it.client("soc"), await it.client("other")
        await it.remove("soc")
        async with asyncio.timeout(2):
            while soc.is_connected:
                await asyncio.sleep(0.01)
        with pytest.raises(nats.errors.Error):
            await nats.connect(it.server.url, nkeys_seed_str=it.seeds["soc"], allow_reconnect=False)
        assert positions(await taken(other, "other", 3)) == [1, 2, 3]
        assert it.bus.connected
        assert other.is_connected


async def test_who_is_admitted_anew_under_a_name_begins_anew(fresh_bus: NatsServer) -> None:
    async with telling(fresh_bus) as it:
        await it.tell(5)
        await it.admit("soc")
        assert positions(await taken(await it.client("soc"), "soc", 5)) == [1, 2, 3, 4, 5]
        it.consumers.clear()
        await it.admit("soc", after=3)
        assert positions(await taken(await it.client("soc"), "soc", 2)) == [4, 5]


@pytest.mark.parametrize(
    "content",
    [
        b"no json", b"{}", b"[1]", b'[{"name":"soc"}]', b'[{"name":"soc","public_key":"U"}]',
        b'[{"name":"*","public_key":"UDH4RZK6GJXFVJN4SENP7S67XXRZ2IGXYS4VDEKP7TAC6GQVNDERAE4I"}]',
        b'[{"name":"soc","public_key":"UDH4RZK6GJXFVJN4SENP7S67XXRZ2IGXYS4VDEKP7TAC6GQVNDERAE4J"}]',
    ],
)  # fmt: skip
async def test_a_list_of_consumers_that_is_none_lets_nobody_in_and_stops_nothing(
    fresh_bus: NatsServer, content: bytes
) -> None:
    async with telling(fresh_bus) as it:
        await it.tell(1)
        await it.admit("soc")
        fresh_bus.nats.consumers.write_bytes(content)
        await in_starter(fresh_bus.restart)
        async with asyncio.timeout(10):
            while not it.bus.connected:
                await asyncio.sleep(0.05)
        with pytest.raises(nats.errors.Error):
            await nats.connect(it.server.url, nkeys_seed_str=it.seeds["soc"], allow_reconnect=False)
        fresh_bus.nats.consumers.unlink()


async def reset(client: Client, name: str, position: int) -> None:
    """Read again from there on."""
    body = json.dumps({"seq": position}).encode()
    said = json.loads((await client.request(f"{API}.CONSUMER.RESET.AUDIT.{name}", body)).data)
    assert "error" not in said, said


async def info(client: Client, name: str) -> Any:
    said = json.loads((await client.request(f"{API}.CONSUMER.INFO.AUDIT.{name}")).data)
    return said["delivered"]["stream_seq"], said["ack_floor"]["stream_seq"], said["num_ack_pending"]


async def first_since(client: Client, name: str, moment: str) -> int:
    """The first position that was recorded then or later, as docs/siem.md says how to find it."""
    lowest, highest = 1, 101
    while lowest < highest:
        middle = (lowest + highest) // 2
        await reset(client, name, middle)
        (message,) = await taken(client, name, 1)
        if json.loads(message.data)["time"] < moment:
            lowest = middle + 1
        else:
            highest = middle
    return lowest
