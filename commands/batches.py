"""Batches of resets: what is wanted is recorded at once; each reset is then opened, or refused, by itself."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commands.base import Command
from commands.checks import reasoned
from commands.queries import Question, Standing
from commands.work import Work
from domain.access import Operation
from domain.batches import Batch
from domain.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBatch(Command[UUID]):
    """Say which accounts are to be reset. Whether one may is decided for each when its reset is opened."""

    account_ids: tuple[UUID, ...]

    needs = Operation.ACCOUNT_RESET

    async def execute(self, work: Work) -> UUID:
        await reasoned(work)
        batch = Batch.of(work.caller.id, self.account_ids)
        work.add(batch)
        return batch.id


@dataclass(frozen=True, slots=True)
class ViewBatch(Question):
    """Whoever asked for a batch follows it; nobody else does."""

    batch_id: UUID
    needs = Operation.ACCOUNT_RESET

    async def execute(self, work: Work) -> Standing:
        await own_batch(work, self.batch_id)
        return await Question.execute(self, work)


class ListOwnBatches(Question):
    needs = Operation.ACCOUNT_RESET


async def own_batch(work: Work, batch_id: UUID) -> Batch:
    """The caller's own; of anybody else's nothing is said."""
    batch = await work.fixed(Batch, batch_id)
    if batch.requested_by != work.caller.id:
        raise NotFound
    return batch
