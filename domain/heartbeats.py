"""Heartbeats: an event an hour also when nothing else happens: silence in the log means that nobody was there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain import ids
from domain.base import About, Aggregate, Author, FirstEvent, Ocsf

HOUR = timedelta(hours=1)
BACK = 1_000
"""Hours that are looked back for the one noted before."""

_SPACE = UUID("c4c9b8a1-5b5e-4c7e-9a53-8a0f6a1d2e70")


class Heartbeat(Aggregate):
    """One hour's, by its id: whoever comes second finds it there."""

    TOPIC = "heartbeat"

    def __init__(self, hour: datetime, before: datetime | None) -> None:
        self.hour = hour

    @staticmethod
    def create_id(hour: datetime) -> UUID:
        return ids.derived(f"heartbeat/{hour:%Y-%m-%dT%H}", _SPACE)

    class Noted(FirstEvent):
        """Strongroom ran in this hour, and could record. `before`: the hour noted before this one, if there was one
        within a thousand hours, so that none can be taken away unseen. Schema 1 did not say it."""

        TOPIC = "heartbeat.noted"
        ABOUT = About("Strongroom is running", Ocsf.APPLICATION_LIFECYCLE, authors=(Author.WORKER,))
        class_version = 2
        hour: datetime
        before: datetime | None

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["before"] = None


def hour_of(moment: datetime) -> datetime:
    """The hour that it lies in, by when that began."""
    return moment.replace(minute=0, second=0, microsecond=0)
