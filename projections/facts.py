"""Opens records once for all projections; what cannot be opened is a fact too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain.base import Event
from ops.ledger.errors import Forgotten, LedgerError, Tampered
from ops.ledger.log import Record
from projections.base import Fact, Poison, Projection


class Opener(Protocol):
    """Opens sealed records; the mapper, without authors' keys."""

    log_format: int
    """Grows with what it reads: whether what is unknown is new, or not ours."""

    async def open_each(self, records: Sequence[Record]) -> list[Event | LedgerError]:
        """Every record's event, or why it cannot be had."""


async def facts_of(opener: Opener, records: Sequence[Record]) -> list[Fact]:
    """All records with what they say. A data key that was tampered with spoils its own records alone."""
    try:
        events = await opener.open_each(records)
    except Tampered as spoilt:
        if len(records) == 1:
            return [Fact(records[0], spoilt)]
        half = len(records) // 2
        return await facts_of(opener, records[:half]) + await facts_of(opener, records[half:])
    return list(map(Fact, records, events))


async def facts_for(projection: Projection, opener: Opener, records: Sequence[Record]) -> list[Fact]:
    """Opened, if the projection follows them. Whoever halts at a bad record opens all: its topic may be false."""
    if projection.on_poison is not Poison.PARK:
        return await facts_of(opener, records)
    followed = [record for record in records if record.topic in projection.topics]
    opened = iter(await facts_of(opener, followed))
    return [next(opened) if record.topic in projection.topics else Fact(record, None) for record in records]


def is_poison(fact: Fact) -> bool:
    """Whether the record could not be opened. A missing key is no better than a wrong one: what it sealed may have been
    a revocation, and its topic, which stands outside the seal, may be false. Unless it was shredded by right."""
    return isinstance(fact.event, LedgerError) and not isinstance(fact.event, Forgotten)
