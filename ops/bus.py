"""NATS: the one home of its driver. A connection that comes back by itself, the streams, and pulling from them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    StorageType,
    StreamConfig,
)

from ops.logging import Log
from ops.seldom import Seldom

LOG = "LOG"
PROGRESS = "progress.views"
"""Where the projector says that the read models have moved: whoever waits for a position looks again."""
AUDIT = "AUDIT"
WRONG_LAST_SEQUENCE = 10071
EXPECTED = "Nats-Expected-Last-Sequence"
SECONDS = 2.0
CLOSING = 0.5
BATCH = 512
HEARTBEAT = 1.0
LIVES = 30.0
DAY = 24 * 3600.0
EXPIRED = ("404", "408")
"""What ends a request whose consumer is still there."""
GLANCE = 0.05
AGAIN: Any = 0.2  # the driver sleeps for it, whole number or not

T = TypeVar("T")
log = Log("strongroom.bus")


class BusAway(Exception):
    """NATS cannot be reached, or did not answer in time."""


class OutOfStep(Exception):
    """The stream does not end where the publisher thought."""


@dataclass(frozen=True, slots=True)
class Message:
    """A stream's message; `sequence` is what the server says, which only a seal makes true."""

    sequence: int
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message for a stream; `last` is the sequence that it must come right behind."""

    subject: str
    body: bytes
    last: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StreamEnd:
    """Where a stream ends; it may be empty and still have a last sequence."""

    last: int
    messages: int
    label: str | None = None
    """What it was labelled with when it was made."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A consumer that lasts, by name: it is given what goes under `subject`, from message `first` on, and what it took
    is remembered. Another `label` is another consumer."""

    name: str
    subject: str
    first: int
    label: str


@dataclass(frozen=True, slots=True)
class Retention:
    """How much a stream keeps; the oldest goes first."""

    subjects: str
    seconds: float
    bytes: int


STREAMS = {LOG: Retention("log.>", 7 * DAY, 2 << 30), AUDIT: Retention("audit.>", 30 * DAY, 2 << 30)}


class Bus:
    """One user's connection. While NATS is away everything raises BusAway, at once."""

    def __init__(
        self, url: str, seed: str, inbox: str, name: str = "strongroom", ca: str | None = None, replicas: int = 1,
        keeps: Mapping[str, Retention] = STREAMS,
    ) -> None:  # fmt: skip
        self._url = url
        self._keeps = keeps
        self._seldom = Seldom()
        self._tls = None if ca is None else ssl.create_default_context(cafile=ca)
        self._replicas = replicas
        self._seed = seed
        self._inbox = inbox
        self._name = name
        self._client = Client()
        self._js = self._client.jetstream(timeout=SECONDS)
        self._connecting: asyncio.Task[None] | None = None
        self._answers = ""
        self._asked = 0
        self._untaken: dict[str, asyncio.Future[None]] = {}
        self.epoch = 0
        """Grows with every connection that was made."""

    async def start(self) -> None:
        """Begin to connect, and go on trying; whether it has worked is what `connected` says."""
        self._connecting = asyncio.create_task(self._connect())

    @property
    def connected(self) -> bool:
        return self._client.is_connected

    async def comes_up(self, seconds: float) -> bool:
        """Whether there is a connection within so many seconds."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not self.connected and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(GLANCE)
        return self.connected

    async def close(self) -> None:
        """Within a few seconds, whatever the driver makes of it: it may swallow that it was told to give up."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.wait([self._connecting], timeout=CLOSING)
        with contextlib.suppress(nats.errors.Error, OSError, TimeoutError, AssertionError):  # the last: never connected
            async with asyncio.timeout(SECONDS):
                await self._client.close()
        if self._connecting is not None:
            self._connecting.cancel()

    async def end(self, stream: str) -> StreamEnd | None:
        """Where `stream` ends; None when there is no such stream."""
        try:
            found = await self._ask(lambda: self._js.stream_info(stream))
        except nats.js.errors.NotFoundError:
            return None
        return StreamEnd(found.state.last_seq, found.state.messages, found.config.description)

    async def create(self, stream: str, first: int, label: str | None = None) -> None:
        """Make `stream`, its first message to be number `first`."""
        keeps = self._keeps[stream]
        config = StreamConfig(
            name=stream, description=label, subjects=[keeps.subjects], first_seq=first, max_age=keeps.seconds,
            max_bytes=keeps.bytes, discard=DiscardPolicy.OLD, storage=StorageType.FILE, allow_direct=False,
            deny_purge=True, deny_delete=True, num_replicas=self._replicas,
        )  # fmt: skip
        await self._ask(lambda: self._js.add_stream(config))

    async def spread(self, stream: str) -> None:
        """Have it lie on as many servers, and keep as much, as we were told: that may have changed since."""
        config = (await self._ask(lambda: self._js.stream_info(stream))).config
        keeps = self._keeps[stream]
        wanted = replace(config, num_replicas=self._replicas, max_age=keeps.seconds, max_bytes=keeps.bytes)
        if wanted != config:
            await self._ask(lambda: self._js.update_stream(wanted))

    async def delete(self, stream: str) -> None:
        """That it is gone already is no error: somebody else may publish too."""
        with contextlib.suppress(nats.js.errors.NotFoundError):
            await self._ask(lambda: self._js.delete_stream(stream))

    async def message(self, stream: str, sequence: int) -> Message | None:
        """One message of `stream`, if it is still kept."""
        try:
            found = await self._ask(lambda: self._js.get_msg(stream, sequence))
        except nats.js.errors.NotFoundError:
            return None
        return Message(found.seq or 0, found.data or b"", found.headers or {})

    async def publish(self, messages: Sequence[Outgoing]) -> None:
        """Have the stream take all of them, each right behind its `last`; raises OutOfStep or BusAway when it took
        only the first of them, or none."""
        waiting = [asyncio.get_running_loop().create_future() for _ in messages]
        try:
            async with asyncio.timeout(SECONDS):
                for message, future in zip(messages, waiting, strict=True):
                    await self._publish(message, future)
                await asyncio.gather(*waiting)
        except (nats.errors.Error, OSError, TimeoutError) as error:
            raise BusAway(type(error).__name__) from error
        finally:
            self._forget(waiting)

    async def _publish(self, message: Outgoing, taken: asyncio.Future[None]) -> None:
        """The driver's own way loses the answer when it is a refusal, so we listen for it ourselves."""
        if not self.connected:
            raise BusAway
        if not self._answers:
            self._answers = f"{self._inbox}.taken.{secrets.token_hex(8)}"
            await self._client.subscribe(f"{self._answers}.*", cb=self._answered)
        self._asked += 1
        self._untaken[str(self._asked)] = taken
        headers = {EXPECTED: str(message.last), **message.headers}
        reply = f"{self._answers}.{self._asked}"
        await self._client.publish(message.subject, message.body, reply, headers)

    async def _answered(self, answer: Msg) -> None:
        future = self._untaken.pop(answer.subject.rpartition(".")[2], None)
        if future is None or future.done():
            return
        said = json.loads(answer.data) if answer.data else {}
        error = said.get("error", {})
        if not error and "seq" in said:
            future.set_result(None)
        elif error.get("err_code") == WRONG_LAST_SEQUENCE:
            future.set_exception(OutOfStep())
        else:  # no stream listens on that subject, or it cannot take anything just now
            future.set_exception(BusAway(str(said)))

    def _forget(self, waiting: Sequence[asyncio.Future[None]]) -> None:
        """Nobody waits for these any more: what they have to say is not an error of the loop's."""
        self._untaken = {token: future for token, future in self._untaken.items() if not future.done()}
        for future in waiting:
            if not future.done():
                future.cancel()
            elif not future.cancelled():
                future.exception()

    async def seats(self, stream: str) -> list[Seat]:
        """The consumers that last, of a stream that is there; BusAway when it is not."""
        try:
            found = await self._ask(lambda: self._js.consumers_info(stream))
        except nats.js.errors.NotFoundError as error:
            raise BusAway(f"{stream} is not there yet") from error
        configs = [each.config for each in found]
        return [
            Seat(each.durable_name, each.filter_subject or "", each.opt_start_seq or 1, each.description or "")
            for each in configs
            if each.durable_name is not None
        ]

    async def seat(self, stream: str, seat: Seat) -> None:
        """Make it; what it pulls it has to acknowledge within half a minute, or it comes again."""
        config = ConsumerConfig(
            name=seat.name, durable_name=seat.name, description=seat.label, filter_subject=seat.subject,
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=seat.first, ack_policy=AckPolicy.EXPLICIT,
            ack_wait=LIVES,
        )  # fmt: skip
        try:
            await self._ask(lambda: self._js.add_consumer(stream, config))
        except nats.js.errors.NotFoundError as error:
            raise BusAway(f"{stream} is gone") from error

    async def unseat(self, stream: str, name: str) -> None:
        """That it is gone already is no error."""
        with contextlib.suppress(nats.js.errors.NotFoundError):
            await self._ask(lambda: self._js.delete_consumer(stream, name))

    async def pull(self, stream: str, first: int) -> Pull:
        """Read `stream` from message `first` on, as it comes; BusAway while there is no such stream: before the first
        start, or when NATS has lost its store."""
        name = f"f{secrets.token_hex(8)}"
        config = ConsumerConfig(
            name=name, deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=max(first, 1),
            ack_policy=AckPolicy.NONE, inactive_threshold=LIVES, mem_storage=True, num_replicas=1,
        )  # fmt: skip
        try:
            await self._ask(lambda: self._js.add_consumer(stream, config))
        except nats.js.errors.NotFoundError as error:
            raise BusAway(f"there is no stream {stream}") from error
        subject = f"{self._inbox}.pull.{name}"
        pull = Pull(self, stream, name, subject)
        pull.subscription = await self._ask(lambda: self._client.subscribe(subject, cb=pull.receive))
        return pull

    async def ask_for_more(self, stream: str, consumer: str, reply: str) -> None:
        """Request up to BATCH messages; a heartbeat says that the request still stands."""
        request = {"batch": BATCH, "expires": int(LIVES * 1e9), "idle_heartbeat": int(HEARTBEAT * 1e9)}
        await self.send(f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}", json.dumps(request).encode(), reply)

    async def send(self, subject: str, body: bytes, reply: str = "") -> None:
        """Say something that is kept nowhere: who is not listening has missed it."""
        if not self.connected:
            raise BusAway
        try:
            await self._client.publish(subject, body, reply=reply)
        except (nats.errors.Error, OSError) as error:
            raise BusAway(type(error).__name__) from error

    async def listen(self, subject: str, hear: Callable[[bytes], None]) -> None:
        """Have `hear` told of everything said on `subject`, over reconnections too."""

        async def heard(message: Msg) -> None:
            hear(message.data)

        await self._ask(lambda: self._client.subscribe(subject, cb=heard))

    async def hear(self, subject: str, hear: Callable[[bytes], None]) -> None:
        """As `listen`, as soon as there is a connection; until cancelled."""
        while True:
            try:
                await self.listen(subject, hear)
                await asyncio.Event().wait()
            except BusAway:
                await asyncio.sleep(AGAIN)

    async def _ask(self, question: Callable[[], Awaitable[T]]) -> T:
        if not self.connected:
            raise BusAway
        try:
            return await question()
        except nats.js.errors.NotFoundError:
            raise
        except (nats.errors.Error, OSError, TimeoutError) as error:
            raise BusAway(type(error).__name__) from error

    async def _connect(self) -> None:
        await self._client.connect(
            self._url.split(","), tls=self._tls, name=self._name, nkeys_seed_str=self._seed, inbox_prefix=self._inbox,
            max_reconnect_attempts=-1, reconnect_time_wait=AGAIN, connect_timeout=2, pending_size=0,
            ping_interval=5, max_outstanding_pings=2,
            error_cb=self._troubled, reconnected_cb=self._back,
        )  # fmt: skip
        self.epoch += 1

    async def _troubled(self, _: Exception) -> None:
        """The driver's errors are its reconnections: `connected` tells all that matters, a line now and then where."""
        if not self.connected and self._seldom.due(self._url):
            log.warning("NATS cannot be reached", server=self._url)

    async def _back(self) -> None:
        self.epoch += 1


class Pull:
    """An ephemeral consumer. It acknowledges nothing: its reader's position is kept with what he makes of it."""

    def __init__(self, bus: Bus, stream: str, name: str, subject: str) -> None:
        self._bus = bus
        self._stream = stream
        self._name = name
        self._subject = subject
        self._epoch = bus.epoch
        self._wanted = 0
        self._gone = False
        self._waiting: list[Message] = []
        self._heard = asyncio.get_running_loop().time()
        self._something = asyncio.Event()
        self.subscription: Subscription | None = None

    async def next(self, seconds: float) -> list[Message]:
        """All that has come since, or that comes within `seconds`; BusAway when nobody feeds it any more."""
        if self._wanted <= 0:
            self._wanted = BATCH
            await self._bus.ask_for_more(self._stream, self._name, self._subject)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._something.wait()
        self._something.clear()
        self._check()
        messages, self._waiting = self._waiting, []
        return messages

    async def close(self) -> None:
        with contextlib.suppress(nats.errors.Error, OSError):
            if self.subscription is not None:
                await self.subscription.unsubscribe()

    async def receive(self, message: Msg) -> None:
        """A message, a heartbeat, or the end of a request."""
        self._heard = asyncio.get_running_loop().time()
        headers = message.headers or {}
        if message.reply.startswith("$JS.ACK."):
            self._wanted -= 1
            self._waiting.append(Message(_sequence(message.reply), message.data, headers))
        elif headers.get("Status") == "100":
            return
        else:  # the request has expired; or its consumer is gone, perhaps with the stream
            self._wanted = 0
            self._gone = headers.get("Status") not in EXPIRED
        self._something.set()

    def _check(self) -> None:
        silent = asyncio.get_running_loop().time() - self._heard
        if self._waiting:
            return
        if self._gone or not self._bus.connected or self._bus.epoch != self._epoch or silent > 3 * HEARTBEAT:
            raise BusAway


def _sequence(reply: str) -> int:
    """`$JS.ACK.<stream>.<consumer>.<delivered>.<stream sequence>.…`; 0 for what does not look like it."""
    parts = reply.split(".")
    return int(parts[5]) if len(parts) == 9 and parts[5].isascii() and parts[5].isdigit() else 0
