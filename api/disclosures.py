"""The shape of a disclosure: what is asked for, and the one answer in all of Strongroom that holds an open password."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.shapes import Body, Done, Reason, Ticket


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
