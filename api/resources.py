"""Resources: the systems that have accounts; and the host keys that people pin to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.shapes import Body, Description, Done, Id, Name, Shown

Type = Literal["linux", "windows", "database", "network-device", "website", "other"]
Address = Annotated[str, StringConstraints(min_length=1, max_length=253, pattern=r"^[^\s]+$")]
Port = Annotated[int, Field(ge=1, le=65535)]
HostKey = Annotated[str, StringConstraints(min_length=1, max_length=8192)]
ShownLevel = Literal["OWNER", "MANAGE", "MODIFY", "VIEW"]


class ResourceBody(Body):
    name: Name
    type: Type
    address: Address
    port: Port | None = None
    description: Description = ""


class HostKeyBody(Body):
    """A public key line, or a line of known_hosts; null unpins."""

    host_key: HostKey | None


class OwnerBody(Body):
    user_id: Id


class OwnerName(Shown):
    id: UUID
    username: str


class Resource(Shown):
    id: UUID
    name: str
    type: Type
    address: str
    port: int | None
    description: str
    owner: OwnerName
    host_key_fingerprint: str | None
    accounts: int
    level: ShownLevel
    may: list[str]
    version: int
    created_at: datetime


class HostKeyPinned(Done):
    fingerprint: str | None
