"""Batches: many accounts that somebody wants reset in one go, each decided and reset by itself."""

from __future__ import annotations

from uuid import UUID

from domain import ids
from domain.base import About, Aggregate, FirstEvent, Ocsf
from domain.errors import Invalid

MOST = 500


class Batch(Aggregate):
    """What was asked for; what came of it stands in the resets, whose ids follow from it."""

    TOPIC = "batch"

    def __init__(self, id: UUID, requested_by: UUID, account_ids: tuple[UUID, ...]) -> None:
        self.requested_by = requested_by
        self.account_ids = frozenset(account_ids)

    @classmethod
    def of(cls, requested_by: UUID, account_ids: tuple[UUID, ...]) -> Batch:
        """A new batch, as far as it can be carried out."""
        if not account_ids:
            raise Invalid("Name at least one account.", "account_ids")
        if len(account_ids) > MOST:
            raise Invalid(f"Name at most {MOST} accounts; ask for the others in a batch of their own.", "account_ids")
        if len(set(account_ids)) != len(account_ids):
            raise Invalid("An account is named twice.", "account_ids")
        return cls(id=ids.new(), requested_by=requested_by, account_ids=account_ids)

    def reset_of(self, account_id: UUID) -> UUID:
        """The id of the one reset that this account gets by this batch."""
        return reset_id_of(self.id, account_id)

    class Opened(FirstEvent):
        """Somebody wants these reset."""

        TOPIC = "batch.opened"
        ABOUT = About("A batch of resets was opened", Ocsf.ENTITY_MANAGEMENT)
        requested_by: UUID
        account_ids: tuple[UUID, ...]


def reset_id_of(batch_id: UUID, account_id: UUID) -> UUID:
    """Asked for twice, it is the same reset."""
    return ids.derived("reset/batch", batch_id, account_id)
