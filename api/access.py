"""Shares: who has which level on a resource or an account, and until when."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from api.resources import OwnerName
from api.shapes import Body, Moment, Shown


class ShareBody(Body):
    level: Literal["VIEW", "MODIFY", "MANAGE"]
    until: Moment | None = None


class SubjectName(Shown):
    kind: Literal["user", "group", "api-user"]
    id: UUID
    name: str


class Grant(Shown):
    subject: SubjectName
    level: Literal["VIEW", "MODIFY", "MANAGE"]
    until: datetime | None


class Access(Shown):
    owner: OwnerName
    grants: list[Grant]
    version: int
