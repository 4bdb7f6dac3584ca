"""Accounts: the privileged logins on a resource, and the passwords they have had, by number and never by value."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from api.resources import ShownLevel, Type
from api.shapes import ActorName, Body, Description, Done, Name, Reason, Shown

AccountPassword = Annotated[str, StringConstraints(min_length=1, max_length=1024)]


class NewAccountBody(Body):
    """With a password, or with `generate`: one of the two."""

    username: Name
    description: Description = ""
    password: AccountPassword | None = None
    generate: bool = False


class AccountBody(Body):
    username: Name
    description: Description = ""


class ChangeBody(Body):
    """With a password, or with `generate`: one of the two."""

    password: AccountPassword | None = None
    generate: bool = False
    reason: Reason | None = None


class ResourceName(Shown):
    id: UUID
    name: str
    type: Type
    address: str


class Account(Shown):
    id: UUID
    resource: ResourceName
    username: str
    description: str
    password_set_at: datetime | None
    password_number: int
    level: ShownLevel
    may: list[str]
    reset_state: Literal["none", "open", "in_doubt"]
    version: int


class PasswordChanged(Done):
    password_number: int


class PastPassword(Shown):
    number: int
    set_at: datetime
    set_by: ActorName
    cause: Literal["added", "changed", "reset"]
    current: bool
