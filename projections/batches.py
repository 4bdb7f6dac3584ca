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
from projections.viewer import Viewer

LATEST = 50


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
class BatchName:
    """A batch in a list."""

    id: UUID
    reason: str | None
    opened_at: datetime
    size: int


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
LIST: LiteralString = (
    "select id, reason, opened_at, size from batches where requested_by = %s order by opened_at desc, id limit %s"
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


async def list_batches(db: Async, viewer: Viewer) -> list[BatchName]:
    """The viewer's latest, newest first."""
    viewer.needs(Operation.ACCOUNT_RESET)
    found = await db.execute(LIST, (viewer.id, LATEST), prepare=True)
    return [BatchName(*row) for row in await found.fetchall()]


def _item(
    account: UUID, username: str, resource: UUID, name: str, reset: UUID, state: str | None, because: str | None,
    error: str | None, ended_at: datetime | None,
) -> ItemRow:  # fmt: skip
    return ItemRow(account, username, resource, name, reset, state, because, next_step(error), ended_at)
