"""Small checks that many commands share."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from commands.work import Work
from domain.accounts import Account
from domain.base import Aggregate
from domain.errors import ReasonRequired, RefusedTooRecently, Stale
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


async def rested(work: Work, account: Account) -> None:
    """Refuse to sign in as the account while the resource has only just refused it, to a reset or to a look."""
    looks = await work.find(Probe, Probe.create_id(Kind.PASSWORD, account.resource_id, account.id))
    last = None if account.last_reset_id is None else await work.find(Reset, account.last_reset_id)
    refused = [each.refused_until for each in (looks, last) if each is not None]
    until = max(filter(None, refused), default=work.now)
    if until > work.now:
        wait = -((work.now - until) // timedelta(seconds=1))
        raise RefusedTooRecently(f"It may lock an account that is tried too often: wait {wait} seconds.")


async def reasoned(work: Work) -> None:
    """Refuse without a reason, unless the settings do not ask for one."""
    rules = rules_of(await work.find(Settings, Settings.create_id()))
    if rules.reason_required and not (work.caller.reason or "").strip():
        raise ReasonRequired
