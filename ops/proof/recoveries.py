"""What the log itself says of its recoveries: up to where what was signed under an older name is still true."""

from __future__ import annotations

from collections.abc import Mapping

from domain.logs import Log
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.providers.base import Root
from ops.ledger.log import Record
from ops.ledger.shreds import Reader
from ops.ledger.source import COLUMNS
from ops.proof.stored import Database
from ops.settings import Settings

_RECOVERED = f"select {COLUMNS} from ledger.events where stream = %s and topic = %s order by version"


def recoveries(ledger: Database, settings: Settings, root: Root, authors: AuthorKeys) -> Mapping[str, int]:
    """By older names; what does not open, or nobody signed, says nothing: then all that was signed has to hold."""
    asked = (Log.create_id(settings.log_id), Log.Recovered.TOPIC)
    records = [Record(*row) for row in ledger.cursor(binary=True).execute(_RECOVERED.encode(), asked)]
    if not records:
        return {}
    events = Reader(settings.log_id, root, authors).opened(ledger, records)
    return {event.old_name: event.kept for event in events if isinstance(event, Log.Recovered)}
