"""Signing in and out, the sessions a person has, invitations taken up, and one's own password."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from api.shapes import Body, Done, Name, Password, Shown


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


class Accepted(Done):
    username: str
