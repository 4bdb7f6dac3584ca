"""Users: inviting, listing, roles, disabling and enabling; and the people one may share with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.shapes import Body, Created, Done, Name, Reason, Shown

Role = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern="^[a-z][a-z0-9-]*$")]
Email = Annotated[str, StringConstraints(min_length=3, max_length=254, pattern=r"^[^\s@]+@[^\s@]+$")]
Roles = Annotated[list[Role], Field(min_length=1, max_length=16)]


class UserBody(Body):
    username: Name
    display_name: Name
    email: Email | None = None
    roles: Roles


class RolesBody(Body):
    roles: Roles


class ReasonBody(Body):
    reason: Reason | None = None


class User(Shown):
    id: UUID
    username: str
    display_name: str
    email: str | None
    roles: list[str]
    status: Literal["invited", "active", "disabled"]
    version: int
    created_at: datetime
    last_sign_in_at: datetime | None


class Invitation(Done):
    """A one-time link; shown here and never again."""

    invitation: str
    invitation_ends_at: datetime


class Invited(Created):
    """A new user. A repeat with the same Idempotency-Key cannot show the invitation again: it was never stored."""

    invitation: str | None
    invitation_ends_at: datetime | None
    repeated: bool = False


class SessionsEnded(Done):
    ended: int


class Person(Shown):
    id: UUID
    username: str
    display_name: str
