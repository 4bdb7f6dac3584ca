"""SIEM destinations: where every event is sent to, how far each has come, and what keeps it from taking more."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from api.caller import Caller
from api.shapes import Body, Created, Done, Name, PathId, Reason, Shown
from api.shapes import Listed as Page
from commands.destinations import (
    AddDestination,
    Listed,
    PauseDestination,
    RemoveDestination,
    ResumeDestination,
    TestDestination,
    ViewDestinations,
)
from domain.destinations import PEM_LIMIT, DestinationKind
from domain.secrets import Secret
from ops.ledger.cursors import Cursor

router = APIRouter(tags=["siem"])
Kind = Literal["syslog", "webhook", "nats"]
Pem = Annotated[str, StringConstraints(max_length=PEM_LIMIT)]
Address = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class DestinationBody(Body):
    """`address`: host:port of a syslog receiver (TLS), or the https address of a webhook. `authority`: the certificates
    (PEM) of whom its own is by; this machine's when left out. `certificate` and `secret`: ours for mutual TLS, with its
    key (PEM); a webhook's `secret` is what its requests are signed with. `nats` is the stream AUDIT on our own NATS: no
    other address than `AUDIT`. It begins behind position `after`."""

    name: Name
    kind: Kind
    address: Address
    authority: Pem = ""
    certificate: Pem = ""
    secret: Annotated[str, StringConstraints(min_length=1, max_length=8 * 1024)] | None = None
    pseudonyms: bool = False
    after: Annotated[int, Field(ge=0, lt=1 << 62)] | None = None
    reason: Reason


class WhyBody(Body):
    reason: Reason


class Destination(Shown):
    """`position`: everything up to there was taken, the last at `taken_at`; `behind` counts what is left. `trouble`
    says what keeps it from taking more, since `trouble_at`. Secrets are never shown."""

    id: UUID
    name: str
    kind: Kind
    address: str
    own_authority: bool
    mutual_tls: bool
    pseudonyms: bool
    paused: bool
    position: int
    behind: int
    taken_at: datetime | None
    trouble: str | None
    trouble_at: datetime | None


class DestinationList(Page[Destination]):
    pass


@router.get("/siem/destinations")
async def list_destinations(caller: Caller) -> DestinationList:
    found = await caller.ask(ViewDestinations())
    cursors = await caller.services.cursors.all() if found else {}
    head = caller.services.log.head
    return DestinationList(
        items=[_shown(each, cursors.get(each.destination.id), head) for each in found], next_cursor=None
    )


@router.post("/siem/destinations", status_code=201)
async def add_destination(body: DestinationBody, caller: Caller) -> Created:
    """Send every event there. It cannot be changed later: another address is another destination."""
    command = AddDestination(
        name=body.name, kind=DestinationKind(body.kind), address=body.address, authority=body.authority,
        certificate=body.certificate, secret=None if body.secret is None else Secret(body.secret),
        pseudonyms=body.pseudonyms, after=body.after,
    )  # fmt: skip
    done = await caller.execute(command, body.reason)
    return Created(id=done.value, position=done.position)


@router.post("/siem/destinations/{destination_id}/pause")
async def pause_destination(destination_id: PathId, body: WhyBody, caller: Caller) -> Done:
    """Send nothing there until it is resumed."""
    command = PauseDestination(destination_id=destination_id)
    return Done(position=(await caller.execute(command, body.reason)).position)


@router.post("/siem/destinations/{destination_id}/resume")
async def resume_destination(destination_id: PathId, caller: Caller) -> Done:
    """Send there again, and first what it missed."""
    return Done(position=(await caller.execute(ResumeDestination(destination_id=destination_id))).position)


@router.post("/siem/destinations/{destination_id}/remove")
async def remove_destination(destination_id: PathId, body: WhyBody, caller: Caller) -> Done:
    """Send nothing there any more."""
    command = RemoveDestination(destination_id=destination_id)
    return Done(position=(await caller.execute(command, body.reason)).position)


@router.post("/siem/destinations/{destination_id}/test")
async def test_destination(destination_id: PathId, caller: Caller) -> Done:
    """Record an event that has no other purpose than to be seen there."""
    return Done(position=(await caller.execute(TestDestination(destination_id=destination_id))).position)


def _shown(listed: Listed, cursor: Cursor | None, head: int) -> Destination:
    it = listed.destination
    position = it.after if cursor is None else max(it.after, cursor.position)
    return Destination(
        id=it.id, name=it.name, kind=it.kind.value, address=it.address, own_authority=bool(it.authority),
        mutual_tls=bool(it.certificate), pseudonyms=it.pseudonyms, paused=listed.paused, position=position,
        behind=max(0, head - position), taken_at=None if cursor is None else cursor.taken_at,
        trouble=None if cursor is None else cursor.trouble, trouble_at=None if cursor is None else cursor.trouble_at,
    )  # fmt: skip
