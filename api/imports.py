"""Imports of CSV files: what they would do is shown first, then done row by row. No password in them is answered."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import json
from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Literal

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import Field, StringConstraints

from api.caller import Caller, Once
from api.importing import Importing, ImportLine, ImportOpened, RowTrouble, Why, told
from api.resources import Type
from api.shapes import Body, Reason, Shown, Ticket
from commands.imports import OpenImport, PreviewImport
from domain import columns as headed
from domain import sheets
from domain.agreement import entries_of
from domain.columns import Column, Columns
from domain.entries import Entry
from domain.errors import Invalid
from domain.forecasts import Forecast, Outcome, forecasts_of
from domain.ids import folded
from domain.resources import ResourceType
from domain.sheets import Sheet
from projections import holdings
from projections.access import AccessProjection
from projections.accounts import AccountsProjection
from projections.resources import ResourcesProjection

router = APIRouter(tags=["imports"])
READS = (AccessProjection, AccountsProjection, ResourcesProjection)
At = Annotated[int, Field(ge=0, lt=sheets.MOST_COLUMNS)]
Content = Annotated[str, StringConstraints(min_length=1, max_length=sheets.LARGEST * 4 // 3 + 4)]
Meaning = Literal[
    "account", "password", "resource", "address", "type", "port", "resource_description", "account_description"
]
Digest = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class PreviewBody(Body):
    """The bytes of the file in base64; where its columns stand, counted from 0, or null to go by the headings."""

    content: Content
    columns: dict[Meaning, At] | None = None
    usual_type: Type | None = None


class ImportBody(Body):
    """The same file and columns again, with the digest of their preview; `rows` names some, null takes all."""

    content: Content
    columns: dict[Meaning, At]
    usual_type: Type | None = None
    digest: Digest
    rows: Annotated[list[Annotated[int, Field(ge=2)]], Field(min_length=1, max_length=sheets.MOST_ROWS)] | None = None
    reason: Reason | None = None
    ticket: Ticket | None = None


class Heading(Shown):
    """A column of the file; without a name where that might be somebody's password."""

    at: int
    name: str | None
    means: Meaning | None


class ForecastRow(Shown):
    """A row as it was read. What becomes of its password is said; the password is not."""

    row: int
    outcome: Literal["new_resource", "new_account", "there", "error"]
    resource: str
    type: Type | None
    address: str
    port: int | None
    username: str
    generates: bool
    same_as: int | None
    troubles: list[RowTrouble]


class ForecastCounts(Shown):
    new_resource: int
    new_account: int
    there: int
    error: int
    empty: int


class Preview(Shown):
    """What would happen. Without a column for the resource there are no rows: choose it."""

    digest: str
    headings: list[Heading]
    counts: ForecastCounts
    rows: list[ForecastRow]


class Lines(StreamingResponse):
    media_type = "application/x-ndjson"


@router.post("/imports/preview")
async def preview_import(body: PreviewBody, caller: Caller) -> Preview:
    """What importing this file would do, row by row. Nothing is changed, and nothing of the file is kept."""
    await caller.ask(PreviewImport())
    content = decoded(body.content)
    sheet, columns, entries = await asyncio.to_thread(taken, content, body.columns, body.usual_type)
    names = {folded(each.resource) for each in entries}
    async with caller.reading(PreviewImport(), *READS) as (db, viewer):
        own = await holdings.list_holdings(db, viewer, names)
    found = await asyncio.to_thread(forecasts_of, entries, own)
    counts: Counter[str] = Counter(each.outcome.value for each in found)
    return Preview(
        digest=digest_of(caller.services.body_key, content, columns, body.usual_type),
        headings=headings_of(sheet, columns),
        counts=ForecastCounts(**{each.value: counts[each.value] for each in Outcome}, empty=sheet.empty),
        rows=[row_of(each) for each in found],
    )


@router.post(
    "/imports", status_code=201, response_class=Lines, responses={201: {"model": ImportLine}}, response_model=None
)
async def import_file(body: ImportBody, caller: Caller, once: Once) -> Lines:
    """Import what was previewed, each row by itself: a line of JSON for each as it is done, one before and one behind.

    Sent again with its Idempotency-Key it goes on where it was broken off, and adds nothing twice.
    """
    await caller.ask(PreviewImport())
    content = decoded(body.content)
    _, columns, entries = await asyncio.to_thread(taken, content, body.columns, body.usual_type)
    chosen = entries if body.rows is None else [each for each in entries if each.row in set(body.rows)]
    digest = digest_of(caller.services.body_key, content, columns, body.usual_type)
    command = OpenImport(digest=digest, previewed=body.digest, rows=len(chosen))
    done = await caller.create(command, once, body.reason, body.ticket)
    opened = ImportOpened(id=done.value, rows=len(chosen), position=done.position)
    importing = Importing(caller.because_of(done.position), opened, chosen, Why(body.reason, body.ticket))
    return Lines(importing.lines(), status_code=201)


def decoded(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error:
        raise Invalid("Send the bytes of the file in base64.", sheets.FIELD) from None


def taken(
    content: bytes, named: Mapping[Meaning, int] | None, usual: Type | None
) -> tuple[Sheet, Columns, tuple[Entry, ...]]:
    """The file as a table, its columns as they were chosen or as its headings name them, and its rows as entries."""
    sheet = sheets.read(content)
    columns: Columns = headed.guessed(sheet.headings) if named is None else {Column(c): at for c, at in named.items()}
    headed.checked(columns, len(sheet.headings))
    if Column.RESOURCE not in columns:
        return sheet, columns, ()
    return sheet, columns, entries_of(sheet, columns, None if usual is None else ResourceType(usual))


def digest_of(key: bytes, content: bytes, columns: Columns, usual: Type | None) -> str:
    """Of all that decides what is imported. Under a key: nobody can try a guess at the file's passwords against it."""
    said = json.dumps([dict(sorted(columns.items())), usual]).encode()
    return hmac.new(key, b"import\0" + sha256(content).digest() + said, sha256).hexdigest()


def headings_of(sheet: Sheet, columns: Columns) -> list[Heading]:
    means = {at: column.value for column, at in columns.items()}
    shown = headed.shown(sheet.headings)
    return [Heading.model_validate({"at": at, "name": name, "means": means.get(at)}) for at, name in enumerate(shown)]


def row_of(found: Forecast) -> ForecastRow:
    entry = found.entry
    return ForecastRow(
        row=entry.row,
        outcome=found.outcome.value,
        resource=entry.resource,
        type=None if entry.type is None else entry.type.value,
        address=entry.address,
        port=entry.port,
        username=entry.username,
        generates=bool(entry.username) and entry.password is None,
        same_as=entry.same_as,
        troubles=told(found.troubles),
    )
