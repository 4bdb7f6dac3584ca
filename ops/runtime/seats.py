"""Our users' places at NATS, as the settings say where and how it is reached."""

from __future__ import annotations

from dataclasses import replace

from ops.bus import AUDIT, DAY, STREAMS, Bus
from ops.runtime.inboxes import inbox
from ops.settings import Settings


def as_user(settings: Settings, user: str, seed: str) -> Bus:
    """This user's connection, not made yet."""
    kept = replace(STREAMS[AUDIT], seconds=settings.siem_stream_days * DAY, bytes=settings.siem_stream_mb << 20)
    return Bus(
        settings.bus_url, seed, inbox(user), ca=settings.nats_ca, replicas=settings.nats_replicas,
        keeps={**STREAMS, AUDIT: kept},
    )  # fmt: skip
