"""Ways: how the passwords of a resource are changed, the hosts between, and what is known of those who help."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import StringConstraints

from api.caller import Caller, IfMatch
from api.shapes import Body, Done, Id, PathId, Reason, Shown, Ticket
from commands.helpers import TryHelperAgain
from commands.keys import RemoveKey, SetKey
from commands.queries import ViewAccount, ViewResource
from commands.ways import SetJumpHost, SetResetWay
from domain.secrets import Secret
from domain.ways import Elevation
from projections import ways as queries
from projections.access import AccessProjection
from projections.accounts import AccountsProjection
from projections.resources import ResourcesProjection
from projections.ways import WaysProjection

router = APIRouter(tags=["ways"])
Raised = Literal["none", "sudo", "su"]
PrivateKey = Annotated[str, StringConstraints(min_length=1, max_length=8192)]
READS = (WaysProjection, AccountsProjection, AccessProjection, ResourcesProjection)


class WayBody(Body):
    """Who signs in, how he is raised, and whose password `su` asks for; nobody: each account changes its own."""

    login_id: Id | None = None
    elevation: Raised = "none"
    root_id: Id | None = None


class JumpBody(Body):
    """Over which other resource it is reached; null: over none."""

    resource_id: Id | None


class KeyBody(Body):
    """A private key without a passphrase: Ed25519, ECDSA, or RSA of 2048 to 4096 bits."""

    private_key: PrivateKey
    reason: Reason | None = None


class TrialBody(Body):
    reason: Reason
    ticket: Ticket | None = None


class Named(Shown):
    """Without a name it is not yours to know of."""

    id: UUID
    name: str | None


class ResetWay(Shown):
    elevation: Raised
    login: Named | None
    root: Named | None
    jump_host: Named | None
    version: int


class Helper(Shown):
    """`refused_at`: its present password was refused then, and no reset tries it since."""

    helps: bool
    refused_at: datetime | None
    public_key: str | None
    key_fingerprint: str | None
    key_set_at: datetime | None


class KeyGiven(Done):
    fingerprint: str


@router.get("/resources/{resource_id}/reset-way")
async def get_reset_way(resource_id: PathId, caller: Caller) -> ResetWay:
    """How the passwords of its accounts are changed."""
    found = await caller.find(ViewResource(resource_id), queries.get_way, resource_id, *READS)
    caller.context.etag = found.version
    return ResetWay.model_validate(found)


@router.put("/resources/{resource_id}/reset-way")
async def set_reset_way(resource_id: PathId, body: WayBody, caller: Caller, version: IfMatch) -> Done:
    """Have them changed so from now on. Whoever sets it needs the right to reset the accounts that he names, and those
    that were named before."""
    command = SetResetWay(
        resource_id=resource_id,
        login_id=body.login_id,
        elevation=Elevation(body.elevation),
        root_id=body.root_id,
        expected_version=version,
    )
    return Done(position=(await caller.execute(command)).position)


@router.put("/resources/{resource_id}/jump-host")
async def set_jump_host(resource_id: PathId, body: JumpBody, caller: Caller, version: IfMatch) -> Done:
    """Have it reached over another resource, as whoever signs in there for its accounts."""
    command = SetJumpHost(resource_id=resource_id, jump_id=body.resource_id, expected_version=version)
    return Done(position=(await caller.execute(command)).position)


@router.get("/accounts/{account_id}/helper")
async def get_helper(account_id: PathId, caller: Caller) -> Helper:
    """Whether it signs in for others, with which key, and whether its password was refused."""
    found = await caller.find(ViewAccount(account_id), queries.get_helper, account_id, *READS)
    return Helper.model_validate(found)


@router.post("/accounts/{account_id}/ssh-key")
async def set_key(account_id: PathId, body: KeyBody, caller: Caller) -> KeyGiven:
    """Have it sign in for others with this key. It is never shown again, but by its public half."""
    command = SetKey(account_id=account_id, private_key=Secret(body.private_key))
    done = await caller.execute(command, body.reason)
    return KeyGiven(position=done.position, fingerprint=done.value)


@router.delete("/accounts/{account_id}/ssh-key")
async def remove_key(account_id: PathId, caller: Caller) -> Done:
    """Have it sign in with its password again."""
    return Done(position=(await caller.execute(RemoveKey(account_id=account_id))).position)


@router.post("/accounts/{account_id}/trials")
async def try_again(account_id: PathId, body: TrialBody, caller: Caller) -> Done:
    """Let resets work again with its password, which was refused."""
    command = TryHelperAgain(account_id=account_id)
    return Done(position=(await caller.execute(command, body.reason, body.ticket)).position)
