"""The proof: how far the log is signed and witnessed, and the proof of one event for whoever wants to check it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import PlainTextResponse

from api.caller import Caller
from api.shapes import Shown
from commands.queries import ViewAuditTrail
from commands.readings import ReadAuditTrail
from domain.errors import NotFound, NotProvedYet, Unavailable, Unreadable
from ops.ledger.errors import Away
from ops.proof.errors import Inconsistent, Unproved

router = APIRouter(tags=["audit"])
TEXT: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}


class ProofState(Shown):
    """Events up to `signed` are signed, up to `agreed` with as many witnesses as have to agree: with `witnesses` empty
    nobody has to. `read_only` says why nothing may be written."""

    origin: str | None
    signed: int
    agreed: int
    signed_at: datetime | None
    witnesses: list[str]
    cosigned: list[str]
    read_only: str | None


@router.get("/proof")
async def get_proof_state(caller: Caller) -> ProofState:
    """How far the log is signed and witnessed."""
    await caller.ask(ViewAuditTrail())
    try:
        found = await caller.services.proofs.standing()
    except Away as error:
        raise Unavailable from error
    return ProofState(
        origin=found.origin, signed=found.signed, agreed=found.agreed, signed_at=found.signed_at,
        witnesses=list(found.witnesses), cosigned=list(found.cosigned), read_only=found.closed,
    )  # fmt: skip


@router.get("/audit/{position}/proof", response_class=PlainTextResponse, responses=TEXT)
async def get_proof(position: Annotated[int, Path(ge=1, lt=1 << 62)], caller: Caller) -> PlainTextResponse:
    """That this event is in the log, as a file that needs no Strongroom to be checked (C2SP tlog-proof)."""
    await caller.ask(ReadAuditTrail(question=f"proof of position {position}"))
    if not await caller.services.log.read(position - 1, 1):
        raise NotFound
    try:
        proof = await caller.services.proofs.proof(position)
    except Inconsistent as error:
        raise Unreadable(str(error)) from error
    except Unproved as error:
        raise NotProvedYet from error
    except Away as error:
        raise Unavailable from error
    headers = {"content-disposition": f'attachment; filename="strongroom-{position}.tlog-proof"'}
    return PlainTextResponse(proof, headers=headers)
