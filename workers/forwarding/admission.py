"""Consumers of the stream AUDIT as the log has them: told to our own NATS, and each with its place in the stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from domain.consumers import Consumer
from ops.bus import AUDIT, Bus, BusAway, Seat
from ops.logging import Log
from ops.runtime import files, readers
from ops.seldom import Seldom

log = Log("strongroom.forwarder")


@dataclass
class Admission:
    """`file` is where `up` looks who is to be let in; None where NATS is not ours."""

    bus: Bus
    file: Path | None
    _seldom: Seldom = field(default_factory=Seldom)

    def tell(self, consumers: Sequence[Consumer]) -> None:
        """Every worker on every machine: its own file."""
        if self.file is None:
            return
        content = readers.told(consumers)
        try:
            if not self.file.exists() or self.file.read_bytes() != content:
                files.write(self.file, content, 0o600)
        except OSError as error:
            log.error("who may read events from NATS cannot be told", error)

    async def seat(self, consumers: Sequence[Consumer]) -> None:
        """One worker at a time. What a consumer took is remembered for as long as it is the same one."""
        wanted = {each.name: Seat(each.name, each.subject, each.after + 1, each.public_key) for each in consumers}
        try:
            there = {each.name: each for each in await self.bus.seats(AUDIT)}
            for name in [name for name, seat in there.items() if wanted.get(name) != seat]:
                await self.bus.unseat(AUDIT, name)
                del there[name]
            for name in wanted.keys() - there.keys():
                await self.bus.seat(AUDIT, wanted[name])
        except BusAway as away:  # it is tried again within a second; before the first event there is no stream
            if consumers and self._seldom.due(AUDIT):
                log.warning("consumers have no place in the stream yet", problem=str(away))
