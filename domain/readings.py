"""Readings: who looked at the audit trail or at an account's history, recorded where looking matters."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from domain.base import About, Aggregate, FirstEvent, Ocsf, Severity


class Read(StrEnum):
    """What was read."""

    AUDIT_TRAIL = "audit-trail"
    PASSWORD_HISTORY = "password-history"


class Reading(Aggregate):
    """Once a session, question and five minutes: reading the trail must not fill the trail."""

    TOPIC = "reading"

    def __init__(self, id: UUID, what: Read, object_id: UUID | None, question: str) -> None:
        self.what = what
        self.object_id = object_id
        self.question = question

    class Recorded(FirstEvent):
        """Somebody read what is worth knowing that it was read; `question` holds the filters."""

        TOPIC = "reading.recorded"
        ABOUT = About("Records were read", Ocsf.API_ACTIVITY, Severity.INFORMATIONAL, personal=("question",))
        what: Read
        object_id: UUID | None
        question: str
