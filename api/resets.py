"""Resets: asking for one, and following what the worker does about it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from api.shapes import ActorName, Body, Reason, Shown, Ticket


class ResetBody(Body):
    reason: Reason
    ticket: Ticket | None = None


class ResetStep(Shown):
    at: datetime
    what: str
    detail: str


class Reset(Shown):
    id: UUID
    account_id: UUID
    state: Literal["open", "attempting", "confirmed", "failed", "in_doubt"]
    requested_by: ActorName
    reason: str | None
    opened_at: datetime
    attempts: int
    steps: list[ResetStep]
    ended_at: datetime | None
    because: str | None
