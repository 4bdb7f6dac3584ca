"""Ending sessions: one's own, somebody else's, all of somebody's."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commands.authorisation import operations_of, signed_in
from commands.base import Command
from commands.work import Work
from domain.access import Operation
from domain.errors import NotFound, Unauthenticated
from domain.sessions import EndedBecause, Session
from domain.sign_ins import SignIn
from domain.users import User


async def end_sessions(work: Work, user_id: UUID, because: EndedBecause, but: UUID | None = None) -> int:
    """End every session of a user that still runs, one excepted; how many they were."""
    sign_in = await work.find(SignIn, SignIn.create_id(user_id))
    found = [await work.find(Session, each.id) for each in (sign_in.sessions if sign_in else ()) if each.id != but]
    running = [session for session in found if session is not None and not session.over(work.now)]
    for session in running:
        session.end(because)
    return len(running)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut(Command[None]):
    """End the session that this request came with."""

    needs = Operation.OWN_SESSIONS

    async def execute(self, work: Work) -> None:
        if work.caller.session is None:
            raise Unauthenticated
        session = await work.get(Session, work.caller.session)
        session.end(EndedBecause.SIGNED_OUT)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSession(Command[None]):
    """End a session of one's own, or anybody's where one's role says so. Others' are as good as absent."""

    session_id: UUID

    needs = Operation.OWN_SESSIONS

    async def execute(self, work: Work) -> None:
        session = await work.get(Session, self.session_id)
        if session.user_id != work.caller.id and not await self._may_end_others(work):
            raise NotFound
        session.end(EndedBecause.ENDED)

    async def _may_end_others(self, work: Work) -> bool:
        return Operation.USER_SESSIONS_END in await operations_of(work, await signed_in(work))


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSessionsOf(Command[int]):
    """End all sessions of a user; answers with how many they were."""

    user_id: UUID

    needs = Operation.USER_SESSIONS_END

    async def execute(self, work: Work) -> int:
        user = await work.get(User, self.user_id)
        return await end_sessions(work, user.id, EndedBecause.ENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndLeftSession(Command[None]):
    """Record that a session is over: it reached its end, or nobody used it. It opened nothing any more before that."""

    session_id: UUID
    idle: bool

    needs = Operation.SESSION_EXPIRE

    async def execute(self, work: Work) -> None:
        session = await work.get(Session, self.session_id)
        if session.over(work.now):
            session.end(EndedBecause.EXPIRED)
        elif self.idle:
            session.end(EndedBecause.IDLE)
