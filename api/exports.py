"""Taking a copy of the audit trail: recorded before its first entry leaves, then given out page by page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from api import tabular
from api.audit import filters, question_of
from api.caller import Caller, Visitor
from api.shapes import Body, Reason, Ticket
from commands.queries import TakeAuditTrail
from commands.readings import ExportAuditTrail
from domain.exports import ExportFormat
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

    async def written(self) -> AsyncIterator[bytes]:
        """Piece by piece. Who may not have it any more does not get the rest: the answer breaks off."""
        as_csv = self.format is ExportFormat.CSV
        yield tabular.csv_lines([tabular.COLUMNS]) if as_csv else self._opening()
        first = True
        async for entries in self._pages():
            if as_csv:
                yield tabular.csv_lines([tabular.row_of(entry) for entry in entries])
            else:
                yield (("" if first else ",\n") + ",\n".join(map(tabular.json_of, entries))).encode()
            first = False
        yield b"" if as_csv else b"\n]}\n"

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
    await caller.execute(export, body.reason, body.ticket)
    name = f"strongroom-audit-{up_to}.{format.value}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    copy = Copy(caller, wanted, format, count, up_to)
    return StreamingResponse(copy.written(), media_type=KINDS[format], headers=headers)
