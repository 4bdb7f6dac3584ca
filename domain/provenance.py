"""Who caused an event, through which request, and why: stamped on every event by the Vault."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ActorKind(StrEnum):
    """What an actor is; `NOBODY` is somebody who has not proved who he is."""

    USER = "user"
    API_USER = "api-user"
    WORKER = "worker"
    SYSTEM = "system"
    AGENT = "agent"
    NOBODY = "nobody"


class Channel(StrEnum):
    """The way a request came in."""

    CONSOLE = "console"
    API = "api"
    COMMAND_LINE = "command-line"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Ids only: names are resolved as of the event's position. Reason and ticket are the one free text."""

    actor_kind: ActorKind
    actor_id: UUID
    request_id: UUID
    channel: Channel
    session_id: UUID | None = None
    causation: int | None = None
    reason: str | None = None
    ticket: str | None = None


UNSTAMPED = Provenance(ActorKind.SYSTEM, UUID(int=0), UUID(int=0), Channel.COMMAND_LINE)
SYSTEM_ID = UUID("00000000-0000-8000-8000-000000000001")
NOBODY_ID = UUID("00000000-0000-8000-8000-000000000002")
