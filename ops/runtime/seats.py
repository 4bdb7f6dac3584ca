"""Our users' places at NATS, as the settings say where and how it is reached."""

from __future__ import annotations

from ops.bus import Bus
from ops.runtime.nats import inbox
from ops.settings import Settings


def as_user(settings: Settings, user: str, seed: str) -> Bus:
    """This user's connection, not made yet."""
    return Bus(settings.bus_url, seed, inbox(user), ca=settings.nats_ca, replicas=settings.nats_replicas)
