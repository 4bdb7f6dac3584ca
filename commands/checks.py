"""Small checks that many commands share."""

from __future__ import annotations

from uuid import UUID

from commands.work import Work
from domain.accounts import Account
from domain.base import Aggregate
from domain.errors import ReasonRequired, Stale
from domain.settings import Settings, rules_of


def unchanged(aggregate: Aggregate, expected_version: int | None) -> None:
    """Refuse when somebody changed it since the caller read it; None: the caller does not care."""
    if expected_version is not None and aggregate.version != expected_version:
        raise Stale


def in_motion(account: Account, number: int, work_id: UUID) -> bool:
    """Whether the password with that number was replaced, or is being so by a reset other than `work_id`: what a
    resource says of it now tells nothing."""
    return account.password.number != number or account.reset_id not in (None, work_id)


async def reasoned(work: Work) -> None:
    """Refuse without a reason, unless the settings do not ask for one."""
    rules = rules_of(await work.find(Settings, Settings.create_id()))
    if rules.reason_required and not (work.caller.reason or "").strip():
        raise ReasonRequired
