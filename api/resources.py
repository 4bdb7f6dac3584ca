"""Resources: the systems that have accounts; and the host keys that people pin to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from api.caller import Caller, IfMatch, IfMatched, Once
from api.listing import Kept, Paged, Search
from api.shapes import Body, Created, Description, Done, Id, Listed, Name, PathId, Shown
from commands.queries import ListResources, ViewResource
from commands.resources import AddResource, ChangeResource, PinHostKey, TransferResource
from domain.resources import ResourceType
from projections import resources as queries
from projections.access import AccessProjection
from projections.preferences import PreferencesProjection
from projections.resources import ResourcesProjection
from projections.users import UsersProjection

router = APIRouter(tags=["resources"])
Type = Literal["linux", "windows", "database", "network-device", "website", "other"]
Address = Annotated[str, StringConstraints(min_length=1, max_length=253)]
Port = Annotated[int, Field(ge=1, le=65535)]
HostKey = Annotated[str, StringConstraints(min_length=1, max_length=8192)]
ShownLevel = Literal["OWNER", "MANAGE", "MODIFY", "VIEW"]
READS = (ResourcesProjection, AccessProjection, UsersProjection)


class ResourceBody(Body):
    name: Name
    type: Type
    address: Address
    port: Port | None = None
    description: Description | None = None


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


class ResourceList(Listed[Resource]):
    pass


class HostKeyPinned(Done):
    fingerprint: str | None


@router.get("/resources")
async def list_resources(
    caller: Caller,
    page: Paged,
    q: Search | None = None,
    type: Annotated[Type | None, Query()] = None,
    kept: Kept = False,
) -> ResourceList:
    """What one owns or has a share of, or of that one's favourites; sorted by name, type, address or created_at."""
    reads = (*READS, PreferencesProjection) if kept else READS
    async with caller.reading(ListResources(), *reads) as (db, viewer):
        found = await queries.list_resources(db, viewer, page, q, type, kept)
    return ResourceList(items=[Resource.model_validate(row) for row in found.items], next_cursor=found.next_cursor)


@router.post("/resources", status_code=201)
async def add_resource(body: ResourceBody, caller: Caller, once: Once) -> Created:
    """Make a system known; whoever does owns it."""
    done = await caller.create(
        AddResource(
            name=body.name,
            type=ResourceType(body.type),
            address=body.address,
            port=body.port,
            description=body.description or "",
        ),
        once,
    )
    return Created(id=done.value, position=done.position)


@router.get("/resources/{resource_id}")
async def get_resource(resource_id: PathId, caller: Caller) -> Resource:
    found = await caller.find(ViewResource(resource_id), queries.get_resource, resource_id, *READS)
    caller.context.etag = found.version
    return Resource.model_validate(found)


@router.put("/resources/{resource_id}")
async def edit_resource(resource_id: PathId, body: ResourceBody, caller: Caller, version: IfMatch) -> Done:
    """Describe it anew, all of it."""
    command = ChangeResource(
        resource_id=resource_id,
        name=body.name,
        type=ResourceType(body.type),
        address=body.address,
        port=body.port,
        description=body.description or "",
        expected_version=version,
    )
    return Done(position=(await caller.execute(command)).position)


@router.put("/resources/{resource_id}/host-key")
async def pin_host_key(resource_id: PathId, body: HostKeyBody, caller: Caller, version: IfMatched) -> HostKeyPinned:
    """Trust this host key and no other; null trusts none."""
    done = await caller.execute(PinHostKey(resource_id=resource_id, host_key=body.host_key, expected_version=version))
    return HostKeyPinned(position=done.position, fingerprint=done.value)


@router.put("/resources/{resource_id}/owner")
async def transfer_resource(resource_id: PathId, body: OwnerBody, caller: Caller, version: IfMatch) -> Done:
    """Let somebody else own it. `If-Match` names the version of its access list."""
    command = TransferResource(resource_id=resource_id, user_id=body.user_id, expected_version=version)
    return Done(position=(await caller.execute(command)).position)
