"""Sessions as their owners see them: from where, since when. When each was last used is kept beside the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from domain.access import Operation
from domain.sessions import Session
from ops.database import Async
from ops.ledger.log import Record
from projections.base import Poison, Projection, Rows
from projections.viewer import Viewer

END: LiteralString = "update sessions set ended_at = %s, because = %s where id = %s"


class SessionsProjection(Projection):
    """Every session there was."""

    name = "sessions"
    version = 1
    follows = (Session,)
    on_poison = Poison.HALT
    schema = """
        create table sessions (
          id uuid primary key, user_id uuid not null, started_at timestamptz not null, ends_at timestamptz not null,
          address text not null, agent text, ended_at timestamptz, because text
        );
    """
    indexes = "create index on sessions (user_id) where ended_at is null"
    copied = {  # noqa: RUF012
        "sessions": ("uuid", "uuid", "timestamptz", "timestamptz", "text", "text", "timestamptz", "text")
    }

    def apply(self, event: Any, record: Record, rows: Rows) -> None:
        match event:
            case Session.Started():
                seen = event.address, event.agent
                rows.add("sessions", record.stream, event.user_id, record.recorded_at, event.ends_at, *seen, None, None)
            case Session.Ended():
                rows.execute(END, record.recorded_at, event.because.value, record.stream)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session that runs, unless it has been left alone for too long."""

    id: UUID
    user_id: UUID
    started_at: datetime
    ends_at: datetime
    address: str
    agent: str | None
    current: bool


OPEN: LiteralString = (
    "select id, user_id, started_at, ends_at, address, agent, id is not distinct from %s from sessions"
    " where user_id = %s and ended_at is null and ends_at > now() order by started_at desc, id desc limit %s"
)


async def list_sessions(db: Async, viewer: Viewer, limit: int = 200) -> list[SessionRow]:
    """The viewer's own sessions that still run, newest first."""
    viewer.needs(Operation.OWN_SESSIONS)
    return await _open(db, viewer, viewer.id, limit)


async def list_sessions_of(db: Async, viewer: Viewer, user: UUID, limit: int = 200) -> list[SessionRow]:
    """Somebody's sessions, for those who may end them."""
    viewer.needs(Operation.USER_SESSIONS_END)
    return await _open(db, viewer, user, limit)


async def _open(db: Async, viewer: Viewer, user: UUID, limit: int) -> list[SessionRow]:
    found = await db.execute(OPEN, (viewer.session, user, limit), prepare=True)
    return [SessionRow(*row) for row in await found.fetchall()]
