"""Small checks that many commands share."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from commands.work import Work
from domain.accounts import Account
from domain.base import Aggregate
from domain.errors import ReasonRequired, Stale
from domain.probes import Kind, Probe
from domain.resets import Reset
from domain.settings import Settings, rules_of


def unchanged(aggregate: Aggregate, expected_version: int | None) -> None:
    """Refuse when somebody changed it since the caller read it; None: the caller does not care."""
    if expected_version is not None and aggregate.version != expected_version:
        raise Stale


def in_motion(account: Account, number: int, work_id: UUID) -> bool:
    """Whether the password with that number was replaced, or is being so by a reset other than `work_id`: what a
    resource says of it now tells nothing."""
    return account.password.number != number or account.reset_id not in (None, work_id)


async def refused_at(work: Work, account: Account) -> datetime | None:
    """When the resource last refused the account's own password, to a reset or to a look: each is a guess."""
    looks = await work.find(Probe, Probe.create_id(Kind.PASSWORD, account.resource_id, account.id))
    failed = None if account.failed_reset_id is None else await work.find(Reset, account.failed_reset_id)
    moments = [each.refused_at for each in (looks, failed) if each is not None]
    return max((moment for moment in moments if moment is not None), default=None)


async def reasoned(work: Work) -> None:
    """Refuse without a reason, unless the settings do not ask for one."""
    rules = rules_of(await work.find(Settings, Settings.create_id()))
    if rules.reason_required and not (work.caller.reason or "").strip():
        raise ReasonRequired
