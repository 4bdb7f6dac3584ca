"""The audit trail, and the catalogue of everything that can stand in it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.shapes import ActorName, Shown


class AuditEntry(Shown):
    position: int
    recorded_at: datetime
    topic: str
    title: str
    severity: str
    actor: ActorName
    object: ActorName | None
    summary: str
    reason: str | None
    ticket: str | None
    session_id: UUID | None
    outcome: Literal["done", "refused"]


class AuditDetail(AuditEntry):
    stream: UUID
    version: int
    author: str
    details: dict[str, object]
    request_id: UUID | None
    channel: str
    entry_hash: str


class EventType(Shown):
    topic: str
    title: str
    severity: str
    ocsf_class: str
    schema_version: Annotated[int, Field(serialization_alias="schema")]
    author: list[str]
    personal_fields: list[str]
