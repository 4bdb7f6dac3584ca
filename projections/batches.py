"""Batches of resets as whoever asked for them follows them: one item an account, with what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from domain.access import Operation
from domain.batches import Batch, reset_id_of
from domain.troubles import next_step
from ops.database import Async
from ops.ledger.log import Record
from projections.access import VISIBLE_ACCOUNTS, parameters
from projections.base import Poison, Projection, Rows
from projections.pages import Column, Listed, Page, Sorting
from projections.viewer import Viewer


class BatchesProjection(Projection):
    """What was asked for in one go."""

    name = "batches"
    version = 1
    follows = (Batch,)
    on_poison = Poison.PARK
    schema = """
        create table batches (
          id uuid primary key, requested_by uuid not null, reason text, opened_at timestamptz not null,
          size integer not null
        );
        create table batch_items (
          batch uuid not null, number integer not null, account uuid not null, reset uuid not null,
          primary key (batch, number)
        );
        create index on batches (requested_by, opened_at desc);
    """
    copied = {  # noqa: RUF012
        "batches": ("uuid", "uuid", "text", "timestamptz", "int4"),
        "batch_items": ("uuid", "int4", "uuid", "uuid"),
    }

    def apply(self, event: Any, record: Record, rows: Rows) -> None:
        batch, wanted = record.stream, event.account_ids
        rows.add("batches", batch, event.requested_by, event.provenance.reason, record.recorded_at, len(wanted))
        for number, account in enumerate(wanted, 1):
            rows.add("batch_items", batch, number, account, reset_id_of(batch, account))


@dataclass(frozen=True, slots=True)
class Counts:
    """In which state the accounts of a batch are that its viewer still sees; `unopened` have no reset, or not yet."""

    confirmed: int
    running: int
    failed: int
    in_doubt: int
    unopened: int


@dataclass(frozen=True, slots=True)
class BatchName:
    """A batch in a list."""

    id: UUID
    reason: str | None
    opened_at: datetime
    size: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One account of a batch; without a state its reset was not opened, or not yet."""

    account_id: UUID
    username: str
    resource_id: UUID
    resource: str
    reset_id: UUID
    state: str | None
    because: str | None
    next_step: str | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch with the items that its viewer still sees."""

    id: UUID
    reason: str | None
    opened_at: datetime
    size: int
    items: Sequence[ItemRow]


OF: LiteralString = "select id, reason, opened_at, size from batches where id = %s and requested_by = %s"
SORTS = {"opened_at": Column("b.opened_at", datetime), "size": Column("b.size", int)}
COUNTS: LiteralString = (
    "count(t.id) filter (where t.state = 'confirmed'), count(t.id) filter (where t.state in ('open', 'attempting')),"
    " count(t.id) filter (where t.state = 'failed'), count(t.id) filter (where t.state = 'in_doubt'),"
    " count(i.account) filter (where t.id is null)"
)
SEEN: LiteralString = (
    "(batch_items i join visible_accounts v on v.account = i.account left join resets t on t.id = i.reset)"
)
ITEMS: LiteralString = (
    f"with {VISIBLE_ACCOUNTS} select i.account, a.username, r.id, r.name, i.reset, t.state, t.because,"
    " t.error, t.ended_at"
    " from batch_items i join visible_accounts v on v.account = i.account join accounts a on a.id = i.account"
    " join resources r on r.id = a.resource_id left join resets t on t.id = i.reset"
    " where i.batch = %s order by i.number"
)


async def get_batch(db: Async, viewer: Viewer, batch: UUID) -> BatchRow | None:
    """The viewer's own. Reads batches, access, accounts, resources and resets."""
    viewer.needs(Operation.ACCOUNT_RESET)
    found = await (await db.execute(OF, (batch, viewer.id), prepare=True)).fetchone()
    if found is None:
        return None
    items = await (await db.execute(ITEMS, (*parameters(viewer), batch), prepare=True)).fetchall()
    id, reason, opened_at, size = found
    return BatchRow(id, reason, opened_at, size, [_item(*row) for row in items])


async def list_batches(db: Async, viewer: Viewer, page: Page) -> Listed[BatchName]:
    """The viewer's own, newest first unless sorted otherwise. Reads batches, access, accounts and resets."""
    viewer.needs(Operation.ACCOUNT_RESET)
    sorting = Sorting(page, SORTS, "-opened_at", "b.id")
    statement: LiteralString = (
        f"with {VISIBLE_ACCOUNTS}, b as (select b.id, b.reason, b.opened_at, b.size from batches b"
        f" where b.requested_by = %s and {sorting.where} order by {sorting.order})"
        f" select b.id, b.reason, b.opened_at, b.size, {COUNTS}, {sorting.expression}"
        f" from b left join {SEEN} on i.batch = b.id group by b.id, b.reason, b.opened_at, b.size"
        f" order by {sorting.order}"
    )
    given = (*parameters(viewer), viewer.id, *sorting.params, sorting.limit, sorting.limit)
    found = await (await db.execute(statement, given)).fetchall()
    return sorting.page(found).map(lambda row: _name(*row[:-1]))


def _name(id: UUID, reason: str | None, opened_at: datetime, size: int, *counts: int) -> BatchName:
    return BatchName(id, reason, opened_at, size, Counts(*counts))


def _item(
    account: UUID, username: str, resource: UUID, name: str, reset: UUID, state: str | None, because: str | None,
    error: str | None, ended_at: datetime | None,
) -> ItemRow:  # fmt: skip
    return ItemRow(account, username, resource, name, reset, state, because, next_step(error), ended_at)
