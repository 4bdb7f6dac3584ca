"""The hot route: a disclosure as a plain callable in front of FastAPI, which only describes it."""

from __future__ import annotations

import re
from typing import cast
from uuid import UUID

import msgspec
from pydantic import ValidationError

from api.asgi import App, Receive, Scope, Send, refuse, reply
from api.caller import VISITOR, Visitor
from api.context import context_of
from api.disclosures import DiscloseBody
from api.intake import Replay
from api.problems import WrongShape, answer, name_of
from api.shapes import fields_of
from commands.disclosures import DisclosePassword
from domain.disclosures import Purpose

ROUTE = "/api/v1/accounts/{account_id}/disclosures"
PATH = re.compile(r"/api/v1/accounts/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/disclosures")
JSON = ((b"content-type", b"application/json"), (b"cache-control", b"no-store"))


class Shown(msgspec.Struct, frozen=True):
    """`api.disclosures.Disclosure`, encoded without its price."""

    password: str
    position: int
    password_number: int


class HotRoutes:
    """Answers disclosures; everything else goes on to FastAPI. The same command, table of problems and shapes."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = PATH.fullmatch(scope["path"]) if scope["method"] == "POST" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        context_of(scope).route = ROUTE
        try:
            body = DiscloseBody.model_validate_json(cast("Replay", receive).body or b"null")
        except ValidationError as wrong:
            context_of(scope).problem = name_of(WrongShape)
            await refuse(send, answer(WrongShape(), fields_of(wrong.errors(include_input=False))))
            return
        await _disclose(cast("Visitor", scope[VISITOR]), UUID(found[1]), body, send)


async def _disclose(visitor: Visitor, account_id: UUID, body: DiscloseBody, send: Send) -> None:
    """Recorded, then opened, then answered; never kept."""
    command = DisclosePassword(account_id=account_id, purpose=Purpose(body.purpose), number=body.password_number)
    done = await visitor.disclose(command, body.reason, body.ticket)
    shown = Shown(done.value.secret.reveal(), done.position, done.value.number)
    await reply(send, 201, msgspec.json.encode(shown), JSON)
