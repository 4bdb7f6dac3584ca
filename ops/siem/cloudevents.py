"""CloudEvents 1.0 in their JSON form: cloudevents.io."""

from __future__ import annotations

from typing import Any

from ops.siem.entry import Entry

TYPE = "strongroom.event"


def document(entry: Entry) -> dict[str, Any]:
    """One event. `sequence` is its position: who keeps the last one he has knows what he lacks."""
    return {
        "specversion": "1.0",
        "id": entry.id,
        "source": f"urn:uuid:{entry.log_id}",
        "type": f"{TYPE}.{entry.topic}.v{entry.schema}",
        "subject": f"{entry.object_kind or 'stream'}/{entry.object_id}",
        "time": entry.recorded_at,
        "datacontenttype": "application/json",
        "sequence": str(entry.position),
        "data": {
            "topic": entry.topic, "title": entry.title, "severity": entry.severity, "summary": entry.summary,
            "actor": {"kind": entry.actor_kind, "id": entry.actor_id, "name": entry.actor},
            "object": {"kind": entry.object_kind, "id": entry.object_id, "name": entry.object},
            "reason": entry.reason, "ticket": entry.ticket, "session_id": entry.session_id,
            "request_id": entry.request_id, "channel": entry.channel, "entry_hash": entry.entry_hash,
            "details": dict(entry.details),
        },
    }  # fmt: skip
