"""The shape of a disclosure: what is asked for, and the one answer in all of Strongroom that holds an open password."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from api.caller import Caller
from api.problems import Unexpected
from api.shapes import Body, Done, PathId, Reason, Ticket

router = APIRouter(tags=["disclosures"])


class DiscloseBody(Body):
    """Why, for what, and which of the account's passwords: the present one unless `password_number` says."""

    reason: Reason
    ticket: Ticket | None = None
    purpose: Literal["view", "copy"]
    password_number: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class Disclosure(Done):
    """Recorded at `position` before it was opened."""

    password: str
    password_number: int


@router.post("/accounts/{account_id}/disclosures", status_code=201)
async def disclose(account_id: PathId, body: DiscloseBody, caller: Caller) -> Disclosure:
    """Show a password. Recorded first, never cached, never with an Idempotency-Key: each showing is an event."""
    raise Unexpected  # `api.hot` stands in front and answers; this is how the document knows of it
