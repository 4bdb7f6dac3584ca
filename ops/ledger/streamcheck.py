"""Whether the stream on the bus holds what the log does, message for message: the last level of `ledger verify`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ops.bus import LOG, Bus, BusAway, Message
from ops.ledger import framing
from ops.ledger.findings import Fault, Finding
from ops.ledger.source import Source

PATIENCE = 10.0
SILENCE = 5.0
Progress = Callable[[int, int], None]


class NoStream(Exception):
    """There is nothing to compare, or NATS does not answer; the message says which."""


async def check_stream(source: Source, bus: Bus, key: bytes, progress: Progress) -> list[Finding]:
    """What is wrong with it. That it ends before the log does, or begins late, is no fault: it is a copy that is kept
    for a while."""
    if not await bus.comes_up(PATIENCE):
        raise NoStream("NATS does not answer: start `strongroom up`, or correct STRONGROOM_NATS_URL")
    try:
        end = await bus.end(LOG)
        if end is None or not end.messages:
            raise NoStream("NATS holds no stream of this log: it is made by the projector")
        feed = await bus.pull(LOG, 1)
        found: list[Finding] = []
        last = 0
        while last < end.last:
            messages = [each for each in await feed.next(SILENCE) if each.sequence <= end.last]
            if not messages:
                raise NoStream(f"NATS gave no more messages behind {last}: ask again")
            found += await _compared(source, key, messages, last)
            last = messages[-1].sequence
            progress(last, end.last)
        await feed.close()
    except BusAway as error:
        raise NoStream(f"NATS went away: {error}") from error
    return found


async def _compared(source: Source, key: bytes, messages: Sequence[Message], last: int) -> list[Finding]:
    first, end = messages[0].sequence, messages[-1].sequence
    records = {record.position: record for record in await source.read(first - 1, end - first + 1)}
    found = []
    for message in messages:
        if last and message.sequence != last + 1:
            found.append(Finding(Fault.STREAM, last + 1, f"no message stands here, nor up to {message.sequence - 1}"))
        last = message.sequence
        record = records.get(message.sequence)
        if record is None:
            found.append(Finding(Fault.STREAM, last, "the stream holds a message that the log has no record for"))
        elif message.body != framing.frame(record):
            found.append(Finding(Fault.STREAM, last, "the stream holds another record than the log"))
        elif not framing.sealed(key, last, message.body, message.headers.get(framing.SEAL)):
            found.append(Finding(Fault.STREAM, last, "the message has no seal of this place"))
    return found
