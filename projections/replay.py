"""The history once more, from the log itself: each record opened, its signature checked, told as people read it.

It asks no read model, so it tells what happened even when those are wrong; names are those of the moment.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.base import Event, Ocsf, Severity
from domain.registry import AGGREGATES
from ops import database
from ops.crypto import roots
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring
from ops.ledger.entry import leaf_entry, microseconds, schema_of
from ops.ledger.errors import Forgotten, LedgerError
from ops.ledger.log import Record
from ops.ledger.mapper import Mapper
from ops.ledger.merkle import leaf_hash
from ops.ledger.source import LogSource
from ops.ledger.topics import Topics
from ops.product import VERSION
from ops.settings import Settings
from ops.siem.entry import Entry, Veil, veil_of
from projections.audit import FORGOTTEN_TITLE, NOTED, UNREADABLE_TITLE, subject_of
from projections.details import details_of, rfc3339, summary_of

PAGE = 2_000
NOT_READ = "it cannot be read"
FORGOTTEN = "its data key was shredded"

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

    def fits(self, entry: Entry) -> bool:
        return (
            (self.actor is None or self.actor in (entry.actor_id, entry.actor))
            and (self.object is None or self.object in (entry.object_id, entry.object))
            and (
                not self.types or any(entry.topic == each or entry.topic.startswith(f"{each}.") for each in self.types)
            )
        )


class Teller:
    """Goes through the log from its beginning: who is called what, and what belongs to whom, holds from then on."""

    def __init__(self, log_id: UUID, topics: Topics) -> None:
        self._log_id = log_id
        self._topics = topics
        self._names: dict[UUID, tuple[str, str]] = {}
        self._wholes: dict[UUID, UUID] = {}

    def told(self, record: Record, event: Event | LedgerError) -> Entry:
        if isinstance(event, LedgerError):
            return self._unread(record, event)
        self._note(record, event)
        kind, about = subject_of(event, record.stream)
        whole = self._wholes.get(about or record.stream, about or record.stream)
        named_kind, name = self._names.get(whole, (kind, None))
        who, said, says = event.provenance, details_of(event), event.ABOUT
        return replace(
            self._outside(record), title=says.title, ocsf=int(says.ocsf), severity=int(says.severity),
            actor_kind=who.actor_kind.value, actor_id=str(who.actor_id),
            actor=self._names.get(who.actor_id, ("", None))[1], object_kind=named_kind, object_id=str(whole),
            object=name, summary=summary_of(said), reason=who.reason, ticket=who.ticket,
            session_id=_text(who.session_id), request_id=_text(who.request_id), channel=who.channel.value,
            details=said, personal=says.personal,
        )  # fmt: skip

    def _note(self, record: Record, event: Event) -> None:
        for table, noted, named in NOTED.get(type(event), ()):
            if table == "names":
                self._names[record.stream] = (noted, getattr(event, named))
            elif noted == "part":
                self._wholes[record.stream] = getattr(event, named)

    def _unread(self, record: Record, trouble: LedgerError) -> Entry:
        if isinstance(trouble, Forgotten):
            return replace(
                self._outside(record), title=FORGOTTEN_TITLE, severity=int(Severity.INFORMATIONAL), summary=FORGOTTEN
            )
        return replace(self._outside(record), summary=f"{NOT_READ}: {trouble}")

    def _outside(self, record: Record) -> Entry:
        """What is known of a record that was not opened."""
        topic = self._topics.get(record.topic)
        about = None if topic is None else topic.about
        return Entry(
            self._log_id, VERSION, record.position, rfc3339(record.recorded_at), microseconds(record.recorded_at),
            record.topic, schema_of(record.state), UNREADABLE_TITLE,
            int(Ocsf.DETECTION_FINDING if about is None else about.ocsf), int(Severity.CRITICAL), "nobody", "", None,
            None, str(record.stream), None, "", None, None, None, None, "", str(record.stream), record.version,
            self._hash(record),
        )  # fmt: skip

    def _hash(self, record: Record) -> str:
        """The leaf of the log's tree; empty for a row that has none because it was tampered with."""
        try:
            return leaf_hash(leaf_entry(self._log_id.bytes, record)).hex()
        except struct.error:
            return ""


def head(settings: Settings) -> int:
    """Where the log ends now."""
    with database.connect_now(database.ledger_url(settings, "project")) as ledger:
        row = ledger.execute("select coalesce(max(position), 0) from ledger.events").fetchone()
    return int(row[0]) if row else 0


def veil(settings: Settings) -> Veil:
    """Pseudonyms of this log."""
    return veil_of(roots.read(settings, Tier.EVENT), settings.log_id)


def replay(settings: Settings, wanted: Wanted, up_to: int, tell: Callable[[Entry], None], progress: Progress) -> int:
    """How many events were told, each by `tell`, in the order in which they were recorded."""
    return asyncio.run(_replay(settings, wanted, up_to, tell, progress))


async def _replay(
    settings: Settings, wanted: Wanted, up_to: int, tell: Callable[[Entry], None], progress: Progress
) -> int:
    url = database.ledger_url(settings, "project", limited=False)
    topics = Topics(AGGREGATES)
    source, teller, count = LogSource(url), Teller(settings.log_id, topics), 0
    try:
        async with database.pool(url, largest=2) as pool:
            root = roots.read(settings, Tier.EVENT)
            keyring = Keyring(Tier.EVENT, root, settings.log_id, PostgresKeyStore(pool, Tier.EVENT))
            authors = AuthorKeys.read(settings.keys, None)
            mapper = Mapper(settings.log_id, keyring, authors, topics)
            for after in range(0, up_to, PAGE):
                records = await source.read(after, min(PAGE, up_to - after))
                for entry in _entries(teller, records, await mapper.open_each(records), wanted):
                    tell(entry)
                    count += 1
                progress(after + len(records), up_to)
    finally:
        await source.close()
    return count


def _entries(
    teller: Teller, records: Sequence[Record], events: Sequence[Event | LedgerError], wanted: Wanted
) -> Iterator[Entry]:
    for record, event in zip(records, events, strict=True):
        entry = teller.told(record, event)
        if wanted.bounds(record) and wanted.fits(entry):
            yield entry


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
