"""The history once more, from the log itself: each record opened, its signature checked, told as people read it.

It asks no read model, so it tells what happened even when those are wrong; names are those of the moment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.base import Event
from domain.registry import AGGREGATES
from ops import database
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring
from ops.crypto.providers.file import FileRoot
from ops.ledger.errors import LedgerError
from ops.ledger.log import Record
from ops.ledger.mapper import Mapper
from ops.ledger.source import LogSource
from ops.ledger.topics import Topics
from ops.settings import Settings
from projections.audit import NOTED, said_of, subject_of
from projections.details import details_of, rfc3339, summary_of

PAGE = 2_000
NOT_READ = "it cannot be read"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events are told. Bounds are positions or moments, both included; who and what are ids or names."""

    first: int | datetime | None = None
    last: int | datetime | None = None
    actor: str | None = None
    object: str | None = None
    types: Sequence[str] = ()

    def bounds(self, record: Record) -> bool:
        return _not_before(record, self.first) and _not_after(record, self.last)

    def fits(self, line: Line) -> bool:
        return (
            (self.actor is None or self.actor in (line.actor_id, line.actor))
            and (self.object is None or self.object in (line.object_id, line.object))
            and (not self.types or any(line.topic == each or line.topic.startswith(f"{each}.") for each in self.types))
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One event. Nothing that is sealed in it is ever told."""

    position: int
    recorded_at: str
    topic: str
    title: str
    severity: str
    actor_kind: str
    actor_id: str
    actor: str | None
    object_kind: str | None
    object_id: str
    object: str | None
    summary: str
    reason: str | None
    ticket: str | None
    session_id: str | None
    request_id: str | None
    channel: str
    stream: str
    version: int
    details: Mapping[str, Any] = field(default_factory=dict)


class Teller:
    """Goes through the log from its beginning: who is called what, and what belongs to whom, holds from then on."""

    def __init__(self) -> None:
        self._names: dict[UUID, tuple[str, str]] = {}
        self._wholes: dict[UUID, UUID] = {}

    def told(self, record: Record, event: Event | LedgerError) -> Line:
        if isinstance(event, LedgerError):
            return self._unread(record, event)
        self._note(record, event)
        title, severity = said_of(type(event))
        kind, about = subject_of(event, record.stream)
        whole = self._wholes.get(about or record.stream, about or record.stream)
        named_kind, name = self._names.get(whole, (kind, None))
        who, said = event.provenance, details_of(event)
        return Line(
            record.position, rfc3339(record.recorded_at), record.topic, title, severity, who.actor_kind.value,
            str(who.actor_id), self._names.get(who.actor_id, ("", None))[1], named_kind, str(whole), name,
            summary_of(said), who.reason, who.ticket, _text(who.session_id), _text(who.request_id), who.channel.value,
            str(record.stream), record.version, said,
        )  # fmt: skip

    def _note(self, record: Record, event: Event) -> None:
        for table, noted, named in NOTED.get(type(event), ()):
            if table == "names":
                self._names[record.stream] = (noted, getattr(event, named))
            elif noted == "part":
                self._wholes[record.stream] = getattr(event, named)

    @staticmethod
    def _unread(record: Record, trouble: LedgerError) -> Line:
        """Of which only the outside is known."""
        return Line(
            record.position, rfc3339(record.recorded_at), record.topic, "A record that cannot be read", "critical",
            "nobody", "", None, None, str(record.stream), None, f"{NOT_READ}: {trouble}", None, None, None, None, "",
            str(record.stream), record.version,
        )  # fmt: skip


def head(settings: Settings) -> int:
    """Where the log ends now."""
    with database.connect_now(database.ledger_url(settings, "project")) as ledger:
        row = ledger.execute("select coalesce(max(position), 0) from ledger.events").fetchone()
    return int(row[0]) if row else 0


def replay(settings: Settings, wanted: Wanted, up_to: int, tell: Callable[[Line], None], progress: Progress) -> int:
    """How many events were told, each by `tell`, in the order in which they were recorded."""
    return asyncio.run(_replay(settings, wanted, up_to, tell, progress))


async def _replay(
    settings: Settings, wanted: Wanted, up_to: int, tell: Callable[[Line], None], progress: Progress
) -> int:
    url = database.ledger_url(settings, "project", limited=False)
    source, teller, count = LogSource(url), Teller(), 0
    try:
        async with database.pool(url, largest=2) as pool:
            root = FileRoot.read(settings.keys / "event.root")
            keyring = Keyring(Tier.EVENT, root, settings.log_id, PostgresKeyStore(pool, Tier.EVENT))
            authors = AuthorKeys.read(settings.keys, None)
            mapper = Mapper(settings.log_id, keyring, authors, Topics(AGGREGATES))
            for after in range(0, up_to, PAGE):
                records = await source.read(after, min(PAGE, up_to - after))
                for line in _lines(teller, records, await mapper.open_each(records), wanted):
                    tell(line)
                    count += 1
                progress(after + len(records), up_to)
    finally:
        await source.close()
    return count


def _lines(
    teller: Teller, records: Sequence[Record], events: Sequence[Event | LedgerError], wanted: Wanted
) -> Iterator[Line]:
    for record, event in zip(records, events, strict=True):
        line = teller.told(record, event)
        if wanted.bounds(record) and wanted.fits(line):
            yield line


def _not_before(record: Record, first: int | datetime | None) -> bool:
    match first:
        case None:
            return True
        case int():
            return record.position >= first
        case _:
            return record.recorded_at >= first


def _not_after(record: Record, last: int | datetime | None) -> bool:
    match last:
        case None:
            return True
        case int():
            return record.position <= last
        case _:
            return record.recorded_at <= last


def _text(value: object) -> str | None:
    return None if value is None else str(value)
