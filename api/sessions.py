"""Signing in and out, the sessions a person has, invitations taken up, and one's own password."""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_address
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import StringConstraints

from api.asgi import header
from api.caller import Caller, Visitor
from api.shapes import Body, Done, Listed, Name, Password, PathId, Shown
from api.tokens import FORGET, Token
from commands.authorisation import operations_of, signed_in
from commands.base import Caller as Author
from commands.invitations import AcceptInvitation
from commands.queries import ListOwnSessions, LookAround
from commands.sessions import EndSession, SignOut
from commands.sign_ins import ChangeOwnPassword, SignInWithPassword
from domain.errors import StrongroomError
from domain.provenance import ActorKind
from domain.secrets import Secret
from domain.sessions import Session as SessionOf
from ops.telemetry import counter
from projections.sessions import SessionRow, SessionsProjection
from projections.sessions import list_sessions as sessions_of

router = APIRouter(tags=["sessions"])
SIGN_INS = counter("strongroom.sign_ins", "Attempts to sign in, by what came of them")


class SignInBody(Body):
    username: Name
    password: Password


class AcceptBody(Body):
    token: Annotated[str, StringConstraints(min_length=40, max_length=100)]
    password: Password
    username: Name | None = None


class OwnPasswordBody(Body):
    current_password: Password
    new_password: Password


class SignedIn(Shown):
    """Who is signed in, and what his roles let him do."""

    id: UUID
    username: str
    display_name: str
    roles: list[str]
    operations: list[str]


class CurrentSession(Shown):
    id: UUID
    user: SignedIn
    csrf_token: str
    started_at: datetime
    ends_at: datetime
    idle_minutes: int


class NewSession(CurrentSession):
    position: int


class Session(Shown):
    id: UUID
    started_at: datetime
    last_used_at: datetime
    ends_at: datetime
    address: str | None
    agent: str | None
    current: bool


class SessionList(Listed[Session]):
    pass


class Accepted(Done):
    username: str


@router.post("/invitations/accept")
async def accept_invitation(body: AcceptBody, caller: Caller) -> Accepted:
    """Set a first password with the token of an invitation. Sign in afterwards."""
    command = AcceptInvitation(token=Secret(body.token), password=Secret(body.password), username=body.username)
    done = await caller.execute(command)
    return Accepted(username=done.value, position=done.position)


@router.post("/sessions", status_code=201)
async def sign_in(body: SignInBody, caller: Caller, request: Request) -> NewSession:
    """Begin a session: the cookie is the session, `csrf_token` proves that a change was meant."""
    context = caller.context
    command = SignInWithPassword(
        username=body.username,
        password=Secret(body.password),
        address=context.address,
        agent=context.agent,
        loopback=at_the_machine(request),
    )
    try:
        done = await caller.services.door.sign_in(command, caller.author)
    except StrongroomError as refusal:
        SIGN_INS.add(1, {"outcome": type(refusal).__name__})
        raise
    SIGN_INS.add(1, {"outcome": "done"})
    begun = done.value
    token = Token(begun.session_id, begun.token)
    author = Author(kind=ActorKind.USER, id=begun.user_id, channel=context.channel, session=begun.session_id)
    session = await described(caller, author, token)
    context.position, context.cookie = done.position, token.cookie()
    return NewSession(**session.model_dump(), position=done.position)


@router.get("/sessions/current")
async def current_session(caller: Caller) -> CurrentSession:
    """The session that this request came with."""
    await caller.ask(LookAround())
    assert caller.token is not None
    return await described(caller, caller.author, caller.token)


@router.delete("/sessions/current")
async def sign_out(caller: Caller) -> Done:
    """End the session that this request came with."""
    done = await caller.execute(SignOut())
    caller.context.cookie = FORGET
    return Done(position=done.position)


@router.get("/sessions")
async def list_sessions(caller: Caller) -> SessionList:
    """One's own sessions that still run."""
    async with caller.reading(ListOwnSessions(), SessionsProjection) as (db, viewer):
        rows = await sessions_of(db, viewer)
    used = await caller.services.idle.last_used([row.id for row in rows])
    shown = [_session(row, used.get(row.id, row.started_at)) for row in rows]
    oldest = caller.now - caller.services.idle.idle
    return SessionList(items=[each for each in shown if each.last_used_at > oldest])


@router.delete("/sessions/{session_id}")
async def end_session(session_id: PathId, caller: Caller) -> Done:
    """End a session: one's own, or anybody's with the operation user.sessions-end."""
    done = await caller.execute(EndSession(session_id=session_id))
    return Done(position=done.position)


@router.post("/me/password")
async def change_own_password(body: OwnPasswordBody, caller: Caller) -> Done:
    """Change one's own password; all one's other sessions end."""
    command = ChangeOwnPassword(current=Secret(body.current_password), new=Secret(body.new_password))
    done = await caller.execute(command)
    return Done(position=done.position)


async def described(caller: Visitor, author: Author, token: Token) -> CurrentSession:
    """A session and its user as the log knows them now."""
    work = caller.services.vault.look(author)
    user = await signed_in(work)
    session = await work.get(SessionOf, token.session)
    operations = await operations_of(work, user)
    return CurrentSession(
        id=session.id,
        user=SignedIn(
            id=user.id,
            username=user.username,
            display_name=user.display_name,
            roles=sorted(user.roles),
            operations=sorted(operations),
        ),
        csrf_token=token.csrf(),
        started_at=session.started_at,
        ends_at=session.ends_at,
        idle_minutes=int(caller.services.idle.idle.total_seconds() // 60),
    )


def at_the_machine(request: Request) -> bool:
    """Whether somebody sits at this machine: what a proxy beside us forwards comes from elsewhere."""
    client = request.client
    forwarded = any(header(request.scope, name) for name in (b"forwarded", b"x-forwarded-for", b"via"))
    return client is not None and not forwarded and ip_address(client.host).is_loopback


def _session(row: SessionRow, last_used: datetime) -> Session:
    return Session(
        id=row.id,
        started_at=row.started_at,
        last_used_at=max(last_used, row.started_at),
        ends_at=row.ends_at,
        address=row.address,
        agent=row.agent,
        current=row.current,
    )
