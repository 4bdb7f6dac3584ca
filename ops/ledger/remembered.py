"""What the read models remember of the log while nobody runs, so that one that was set back is seen before a start."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg import Connection

from ops import database
from ops.ledger.errors import Forked
from ops.ledger.log import Record
from ops.ledger.marks import Mark, Marker
from ops.ledger.source import AT
from ops.settings import Settings

MARKS = "select name, position, digest from views.projections where role = 'serving' and position > 0 order by 1"
Database = Connection[tuple[Any, ...]]


def refuse_forked(settings: Settings) -> None:
    """For whoever writes at a start: Forked when the log is shorter than what was made from it, or another.

    Both servers have to answer: psycopg.Error says that one does not. What is not known is not written over.
    """
    with (
        database.connect_now(database.ledger_url(settings, "append")) as ledger,
        database.connect_now(database.views_url(settings, "append")) as views,
    ):
        if (says := departure(ledger, views, settings.log_id)) is not None:
            raise Forked(says)


def departure(ledger: Database, views: Database, log_id: UUID) -> str | None:
    """How the log is not the one that a read model was made from; None when it is, or when there is none yet."""
    marker = Marker(log_id)
    for name, position, digest in views.execute(MARKS).fetchall():
        if (trouble := _differs(ledger, marker, Mark(position, bytes(digest)))) is not None:
            return f"{name} was made from the log up to position {position}, {trouble}"
    return None


def _differs(ledger: Database, marker: Marker, mark: Mark) -> str | None:
    row = ledger.cursor(binary=True).execute(AT, (mark.position,)).fetchone()
    if row is None:
        last = ledger.execute("select coalesce(max(position), 0) from ledger.events").fetchone()
        return f"and the log ends at {last[0] if last else 0}: it was set back"
    return None if mark.fits(marker.digest(Record(*row))) else "where the log now holds another record"
