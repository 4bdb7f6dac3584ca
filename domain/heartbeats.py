"""Heartbeats: an event an hour also when nothing else happens: silence in the log means that nobody was there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain import ids
from domain.base import About, Aggregate, Author, FirstEvent, Ocsf

_SPACE = UUID("c4c9b8a1-5b5e-4c7e-9a53-8a0f6a1d2e70")


class Heartbeat(Aggregate):
    """One hour's, by its id: whoever comes second finds it there."""

    TOPIC = "heartbeat"

    def __init__(self, hour: datetime) -> None:
        self.hour = hour

    @staticmethod
    def create_id(hour: datetime) -> UUID:
        return ids.derived(f"heartbeat/{hour:%Y-%m-%dT%H}", _SPACE)

    class Noted(FirstEvent):
        """Strongroom ran in this hour, and could record."""

        TOPIC = "heartbeat.noted"
        ABOUT = About("Strongroom is running", Ocsf.APPLICATION_LIFECYCLE, authors=(Author.WORKER,))
        hour: datetime
