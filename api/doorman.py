"""The doorman: behind /api nothing is reached without a session, but for a short list, or changed from elsewhere."""

from __future__ import annotations

import hmac
from hashlib import sha256

from api.asgi import App, Receive, Scope, Send, header
from api.caller import VISITOR, Services, Visitor, stranger
from api.context import Context, context_of
from api.freshness import wanted_by
from api.intake import SAFE
from api.problems import CrossSite, CsrfTokenWrong
from api.tokens import Token, token_of
from commands.base import Caller as Author
from commands.queries import TurnAway
from domain.errors import SessionEnded, StrongroomError, Unauthenticated
from domain.provenance import NOBODY_ID, ActorKind, Channel
from domain.sessions import Session
from domain.users import User

OPEN = frozenset(
    {
        ("POST", "/api/v1/sessions"),
        ("POST", "/api/v1/invitations/accept"),
        ("GET", "/api/v1/openapi.json"),
        ("GET", "/api/v1/health/live"),
        ("GET", "/api/v1/health/ready"),
    }
)
"""All that a stranger may call; an address that is not listed here asks for a session, whether it exists or not."""
NOBODY = Author(kind=ActorKind.NOBODY, id=NOBODY_ID, channel=Channel.API)
"""In whose name a session is looked for; nothing is ever recorded in it."""


class Doorman:
    """Finds the session of every request to the API; what he cannot place goes no further."""

    def __init__(self, app: App, services: Services) -> None:
        self._app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[VISITOR] = await self._admit(scope)
        await self._app(scope, receive, send)

    async def _admit(self, scope: Scope) -> Visitor:
        context = context_of(scope)
        unsafe = scope["method"] not in SAFE
        if (scope["method"], scope["path"]) in OPEN:
            visitor = stranger(self._services, context)
            if unsafe and not same_origin(scope):
                await self._turn_away(visitor, CrossSite())
            return visitor
        visitor = await self._find(token_of(scope), context)
        visitor.wanted = wanted_by(scope)
        if unsafe:
            await self._check_intent(scope, visitor)
        return visitor

    async def _find(self, token: Token | None, context: Context) -> Visitor:
        """The user behind the token. Whatever he then does is guarded by session and user as they stand in the log."""
        if token is None:
            raise Unauthenticated
        look = self._services.vault.look(NOBODY)
        session = await look.find(Session, token.session)
        digest = sha256(token.raw).digest()
        if session is None or not hmac.compare_digest(digest, session.token_hash):
            raise Unauthenticated
        user = await look.find(User, session.user_id)
        if session.over(look.now) or user is None or not user.active:
            raise SessionEnded
        if not await self._services.idle.in_use(session.id, session.started_at, look.now):
            raise SessionEnded("You were signed out because the session was not used for a while.")
        return self._visitor(token, session, context)

    def _visitor(self, token: Token, session: Session, context: Context) -> Visitor:
        context.actor, context.session = session.user_id, session.id
        author = Author(
            kind=ActorKind.USER,
            id=session.user_id,
            channel=context.channel,
            session=session.id,
            request_id=context.id,
            source=context.source,
        )
        return Visitor(self._services, context, author, token)

    async def _check_intent(self, scope: Scope, visitor: Visitor) -> None:
        """The request must come from our own pages, or from a program that was given the token's CSRF half."""
        assert visitor.token is not None
        if not same_origin(scope):
            await self._turn_away(visitor, CrossSite())
        if not visitor.token.admits(header(scope, b"x-csrf-token") or b""):
            await self._turn_away(visitor, CsrfTokenWrong())

    async def _turn_away(self, visitor: Visitor, refusal: StrongroomError) -> None:
        """Raise, and have it recorded like every refusal."""
        await visitor.ask(TurnAway(refusal))


def same_origin(scope: Scope) -> bool:
    """Browsers say where a request was made; what says nothing is no browser."""
    site = header(scope, b"sec-fetch-site")
    if site is not None and site != b"same-origin":
        return False
    origin = header(scope, b"origin")
    return origin is None or origin == b"https://" + (header(scope, b"host") or b"")
