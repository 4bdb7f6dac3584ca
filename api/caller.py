"""Who asks: the session behind a request, and what he may have done in his name."""

from __future__ import annotations

import hmac
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, TypeVar, cast
from uuid import UUID

from fastapi import Depends, Header, Request

from api.context import Context
from api.freshness import ANY, Wanted
from api.idle import IdleWatch
from api.intake import BODY
from api.problems import Malformed, NotYet, VersionRequired
from api.tokens import Token
from commands.base import Caller as Author
from commands.base import Closed, Command, Done
from commands.queries import Standing
from commands.sign_ins import Door
from commands.vault import Opened, Vault
from domain.provenance import NOBODY_ID, ActorKind
from ops.database import Async
from ops.ledger.cursors import Cursors
from ops.ledger.log import EventLog, Idempotency
from ops.ledger.topics import Topics
from ops.proof.answers import Answers
from projections.base import Projection
from projections.reading import Views
from projections.viewer import Viewer

if TYPE_CHECKING:
    from api.looking import Looks

T = TypeVar("T")
Look = Callable[[Async, Viewer, UUID], Awaitable[T | None]]
VISITOR = "strongroom.visitor"
VERSION = re.compile(r'"(0|[1-9][0-9]{0,17})"')
IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{8,128}")


@dataclass(frozen=True, slots=True)
class Services:
    """What the routes stand on."""

    vault: Vault
    log: EventLog
    door: Door
    idle: IdleWatch
    views: Views
    topics: Topics
    log_id: UUID
    installation: Looks
    proofs: Answers
    cursors: Cursors
    body_key: bytes
    """Under which bodies are recognised again by their Idempotency-Key."""


class Visitor:
    """One request's caller. Everything that a route does, it does through him."""

    def __init__(
        self, services: Services, context: Context, author: Author, token: Token | None = None, wanted: Wanted = ANY
    ) -> None:
        self.services = services
        self.context = context
        self.author = author
        self.token = token
        self.wanted = wanted

    @property
    def id(self) -> UUID:
        return self.author.id

    @property
    def now(self) -> datetime:
        return self.services.log.now()

    async def execute(self, command: Command[T], reason: str | None = None, ticket: str | None = None) -> Done[T]:
        """Have it done; the answer will say at which position."""
        done = await self.services.vault.execute(command, self._as(reason, ticket))
        self.context.position = done.position
        return done

    async def create(
        self, command: Command[T], idempotency: Idempotency | None, reason: str | None = None, ticket: str | None = None
    ) -> Done[T]:
        """Have something made, once for each Idempotency-Key."""
        author = replace(self._as(reason, ticket), idempotency=idempotency)
        done = await self.services.vault.execute(command, author)
        self.context.position = done.position
        return done

    async def before(self, idempotency: Idempotency) -> UUID | None:
        """What an earlier request with this key made, if there was one."""
        done: Done[UUID] | None = await self.services.vault.done_before(replace(self.author, idempotency=idempotency))
        return None if done is None else done.value

    def because_of(self, position: int) -> Visitor:
        """The same caller; what he has done names the event at `position` as its cause."""
        author = replace(self.author, causation=position)
        return Visitor(self.services, self.context, author, self.token, self.wanted)

    async def disclose(self, command: Command[Closed], reason: str, ticket: str | None) -> Done[Opened]:
        """Have a password shown: recorded first."""
        done = await self.services.vault.disclose(command, self._as(reason, ticket))
        self.context.position = done.position
        return done

    async def ask(self, question: Command[T]) -> T:
        """Whether he may know, decided from the log as it stands: a refusal is recorded, nothing else is."""
        return (await self.services.vault.execute(question, self.author)).value

    @asynccontextmanager
    async def reading(
        self, question: Command[Standing], *projections: type[Projection]
    ) -> AsyncIterator[tuple[Async, Viewer]]:
        """The read models, if he may see what he asks about; as new as the request wants them, or marked as stale."""
        standing = await self.ask(question)
        viewer = Viewer(self.id, standing.operations, standing.scope, self.author.session)
        self.context.stale = not await self.wanted.met(self.services.log, self.services.views, projections)
        async with self.services.views.reading(*projections) as db:
            yield db, viewer

    async def find(self, question: Command[Standing], look: Look[T], thing: UUID, *projections: type[Projection]) -> T:
        """`thing`, which the log knows since it answered `question`; waited for while the read models do not yet."""
        async with self.reading(question, *projections) as (db, viewer):
            found = await look(db, viewer, thing)
        if found is None and await self._newest(projections):
            async with self.services.views.reading(*projections) as db:
                found = await look(db, viewer, thing)
        if found is None:
            raise NotYet
        return found

    async def _newest(self, projections: Sequence[type[Projection]]) -> bool:
        return await Wanted(self.services.log.head).met(self.services.log, self.services.views, projections)

    def _as(self, reason: str | None, ticket: str | None) -> Author:
        return self.author if reason is None and ticket is None else replace(self.author, reason=reason, ticket=ticket)


def stranger(services: Services, context: Context) -> Visitor:
    """Somebody who has not signed in."""
    author = Author(
        kind=ActorKind.NOBODY,
        id=NOBODY_ID,
        channel=context.channel,
        request_id=context.id,
        source=context.source,
    )
    return Visitor(services, context, author)


async def visitor(request: Request) -> Visitor:
    """The caller that the doorman let in."""
    return cast("Visitor", request.scope[VISITOR])


async def idempotency(
    request: Request, key: Annotated[str | None, Header(alias="Idempotency-Key")] = None
) -> Idempotency | None:
    """The client's Idempotency-Key, with a MAC of what it came with: the body itself is kept nowhere."""
    if key is None:
        return None
    if not IDEMPOTENCY_KEY.fullmatch(key):
        raise Malformed("Idempotency-Key must be 8 to 128 visible characters.")
    caller = cast("Visitor", request.scope[VISITOR])
    said = b"\0".join([request.method.encode(), request.scope["raw_path"], body_of(request)])
    mac = hmac.digest(caller.services.body_key, said, sha256)
    return Idempotency(caller.id, sha256(key.encode()).digest(), mac)


def body_of(request: Request) -> bytes:
    """The body as the intake read it."""
    return cast("bytes", request.scope[BODY])


async def if_match(given: Annotated[str | None, Header(alias="If-Match")] = None) -> int:
    """The version that the client last read."""
    version = await if_matched(given)
    if version is None:
        raise VersionRequired('Send the version you have read: If-Match: "7"')
    return version


async def if_matched(given: Annotated[str | None, Header(alias="If-Match")] = None) -> int | None:
    """The same where it may be left out: what cannot lose another's change."""
    found = None if given is None else VERSION.fullmatch(given)
    if given is not None and found is None:
        raise Malformed('If-Match must hold one version, as in If-Match: "7"')
    return None if found is None else int(found[1])


Caller = Annotated[Visitor, Depends(visitor)]
IfMatch = Annotated[int, Depends(if_match)]
IfMatched = Annotated[int | None, Depends(if_matched)]
Once = Annotated[Idempotency | None, Depends(idempotency)]
