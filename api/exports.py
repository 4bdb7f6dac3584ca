"""Taking a copy of the audit trail: recorded before its first entry leaves, then given out page by page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from api import tabular
from api.audit import filters, question_of
from api.caller import Caller, Visitor
from api.problems import name_of
from api.shapes import Body, Reason, Ticket
from commands.base import Done
from commands.ground import system
from commands.queries import TakeAuditTrail
from commands.readings import EndExport, ExportAuditTrail
from domain.errors import StrongroomError
from domain.exports import ExportFormat
from domain.provenance import Channel
from ops.logging import Log
from projections import audit_trail as queries
from projections.audit import AuditProjection
from projections.audit_trail import EntryDetail, Filters
from projections.pages import MOST, Page, position_cursor

router = APIRouter(tags=["audit"])
SECONDS = 10.0
"""For a page of an export."""
KINDS = {ExportFormat.CSV: "text/csv; charset=utf-8", ExportFormat.JSON: "application/json"}
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}, "application/json": {"schema": {}}}}
}

log = Log("strongroom.api")
_ending: set[asyncio.Task[None]] = set()
"""Held here until they are done: whoever began them may be cancelled."""


class ExportBody(Body):
    format: Literal["csv", "json"]
    reason: Reason | None = None
    ticket: Ticket | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """What is given out: these entries, as they were when it was recorded that they would be."""

    caller: Visitor
    wanted: Filters
    format: ExportFormat
    count: int
    up_to: int
    recorded: Done[UUID]
    """That it would be given out."""

    async def written(self) -> AsyncIterator[bytes]:
        """Piece by piece. Who may not have it any more does not get the rest: the answer breaks off. However it ends,
        that is recorded."""
        given, whole = 0, False
        try:
            async for piece, entries in self._pieces():
                given += entries
                yield piece
            whole = True
        finally:
            await asyncio.shield(_kept(self._end(given, whole)))

    async def _end(self, given: int, whole: bool) -> None:
        caller = system(Channel.API)
        caller = replace(caller, request_id=self.caller.author.request_id, causation=self.recorded.position)
        end = EndExport(export_id=self.recorded.value, given=given, whole=whole)
        try:
            await self.caller.services.vault.execute(end, caller)
        except StrongroomError as trouble:
            log.warning(
                "the end of an export is not recorded", position=caller.causation or 0, problem=name_of(type(trouble))
            )

    async def _pieces(self) -> AsyncIterator[tuple[bytes, int]]:
        """Each with how many entries it holds."""
        as_csv = self.format is ExportFormat.CSV
        yield tabular.csv_lines([tabular.COLUMNS]) if as_csv else self._opening(), 0
        first = True
        async for entries in self._pages():
            if as_csv:
                yield tabular.csv_lines([tabular.row_of(entry) for entry in entries]), len(entries)
            else:
                lines = ("" if first else ",\n") + ",\n".join(map(tabular.json_of, entries))
                yield lines.encode(), len(entries)
            first = False
        yield b"" if as_csv else b"\n]}\n", 0

    def _opening(self) -> bytes:
        about = {"filters": json.loads(question_of(self.wanted)), "count": self.count, "up_to": self.up_to}
        return (json.dumps(about, ensure_ascii=False)[:-1] + ', "entries": [\n').encode()

    async def _pages(self) -> AsyncIterator[list[EntryDetail]]:
        cursor: str | None = position_cursor(self.up_to + 1)
        while cursor is not None:
            async with (
                asyncio.timeout(SECONDS),
                self.caller.reading(TakeAuditTrail(), AuditProjection) as (db, viewer),
            ):
                found = await queries.list_whole(db, viewer, Page(MOST, None, cursor), self.wanted)
            if found.items:
                yield list(found.items)
            cursor = found.next_cursor


@router.post("/audit/exports", response_class=StreamingResponse, responses=ANSWERS)
async def export_audit(
    body: ExportBody, caller: Caller, wanted: Annotated[Filters, Depends(filters)]
) -> StreamingResponse:
    """All entries that match, newest first, as a file. Who took how many, by which filters, is an event before."""
    format = ExportFormat(body.format)
    async with caller.reading(TakeAuditTrail(), AuditProjection) as (db, viewer):
        count, up_to = await queries.count_audit(db, viewer, wanted)
    export = ExportAuditTrail(format=format, question=question_of(wanted), count=count, up_to=up_to)
    recorded = await caller.execute(export, body.reason, body.ticket)
    name = f"strongroom-audit-{up_to}.{format.value}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    copy = Copy(caller, wanted, format, count, up_to, recorded)
    return StreamingResponse(copy.written(), media_type=KINDS[format], headers=headers)


def _kept(work: Coroutine[None, None, None]) -> asyncio.Task[None]:
    task = asyncio.create_task(work)
    _ending.add(task)
    task.add_done_callback(_ending.discard)
    return task
