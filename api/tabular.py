"""Entries of the audit trail as lines of CSV and as JSON, for programs that open both without asking."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from ops.spreadsheets import safe
from projections.audit_trail import EntryDetail
from projections.details import rfc3339

COLUMNS = (
    "position", "recorded_at", "topic", "title", "severity", "outcome", "actor_kind", "actor_id", "actor",
    "object_kind", "object_id", "object", "summary", "reason", "ticket", "session_id", "request_id", "channel",
    "author", "stream", "version", "entry_hash",
)  # fmt: skip


def csv_lines(rows: Sequence[Sequence[object]]) -> bytes:
    """RFC 4180, in UTF-8; a text that a spreadsheet would take for a formula begins with an apostrophe."""
    written = io.StringIO()
    csv.writer(written).writerows([[safe(cell) for cell in row] for row in rows])
    return written.getvalue().encode()


def row_of(entry: EntryDetail) -> list[object]:
    """Its values in the order of `COLUMNS`."""
    return list(plain_of(entry).values())


def json_of(entry: EntryDetail) -> str:
    return json.dumps({**plain_of(entry), "details": entry.details}, ensure_ascii=False)


def plain_of(entry: EntryDetail) -> dict[str, object]:
    actor, about = entry.actor, entry.object
    values = (
        entry.position, rfc3339(entry.recorded_at), entry.topic, entry.title, entry.severity, entry.outcome,
        actor.kind, str(actor.id), actor.name, about and about.kind, about and str(about.id), about and about.name,
        entry.summary, entry.reason, entry.ticket, _text(entry.session_id), _text(entry.request_id), entry.channel,
        entry.author, str(entry.stream), entry.version, entry.entry_hash,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
