"""What the first page asks: numbers of what its viewer sees, what needs him, and how much happened on which day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID

from domain.access import Operation
from ops.database import Async
from projections.access import VISIBLE_ACCOUNTS, VISIBLE_RESOURCES, parameters
from projections.viewer import Viewer

SHOWN = 20
LATE: LiteralString = "interval '1 hour'"


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is of what the viewer sees; `people` is None for those who may not list users."""

    resources: int
    accounts: int
    people: int | None
    resets_running: int
    in_doubt: int
    ages: Sequence[int]
    """Passwords set within 30, 90, 180 days, and before that."""


@dataclass(frozen=True, slots=True)
class Need:
    """A reset that somebody has to look at: the last one of an account, and it did not end well, or not at all."""

    reset_id: UUID
    account_id: UUID
    account: str
    resource: str
    state: str
    because: str | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Needs:
    """The most urgent, and how many there are."""

    items: Sequence[Need]
    total: int


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one day, in UTC."""

    day: date
    disclosed: int
    changed: int
    refused: int
    other: int


AGE: LiteralString = "now() - a.password_set_at"
COUNTS: LiteralString = f"""
    select (select count(*) from visible_resources), count(*),
      count(*) filter (where a.reset_id is not null and not a.in_doubt), count(*) filter (where a.in_doubt),
      count(*) filter (where {AGE} <= interval '30 days'),
      count(*) filter (where {AGE} > interval '30 days' and {AGE} <= interval '90 days'),
      count(*) filter (where {AGE} > interval '90 days' and {AGE} <= interval '180 days'),
      count(*) filter (where {AGE} > interval '180 days')
    from visible_accounts v join accounts a on a.id = v.account
"""
PEOPLE: LiteralString = "select count(*) from users where not disabled"
NEEDS: LiteralString = f"""
    select t.id, a.id, a.username, r.name, t.state, t.because, coalesce(t.ended_at, t.opened_at), count(*) over ()
    from visible_accounts v join accounts a on a.id = v.account join resources r on r.id = a.resource_id
    join lateral (
      select * from resets where account_id = a.id order by opened_at desc, id desc limit 1
    ) t on true
    where t.state = 'in_doubt' or (t.state = 'failed' and a.password_set_at <= t.ended_at)
      or (t.state in ('open', 'attempting') and t.opened_at < now() - {LATE})
    order by t.state = 'in_doubt' desc, t.state = 'failed' desc, t.opened_at desc, t.id limit %s
"""
ACTIVITY: LiteralString = """
    select days.day::date,
      count(*) filter (where e.topic = 'account-password.disclosed'),
      count(*) filter (where e.topic in ('account.password-changed', 'account.password-reset')),
      count(*) filter (where e.outcome = 'refused'),
      count(*) filter (where e.outcome <> 'refused' and e.topic not in
        ('account-password.disclosed', 'account.password-changed', 'account.password-reset'))
    from generate_series(
      (now() at time zone 'UTC')::date - %s::integer + 1, (now() at time zone 'UTC')::date, interval '1 day'
    ) as days (day)
    left join entries e on e.recorded_at >= days.day at time zone 'UTC'
      and e.recorded_at < (days.day + interval '1 day') at time zone 'UTC' and (%s or e.actor = %s)
    group by days.day order by days.day
"""


async def count_visible(db: Async, viewer: Viewer) -> Counts:
    """Reads accounts, access and users."""
    viewer.needs(Operation.ACCOUNT_VIEW)
    statement: LiteralString = f"with {VISIBLE_RESOURCES}, {VISIBLE_ACCOUNTS} {COUNTS}"
    row = await (await db.execute(statement, parameters(viewer) * 2, prepare=True)).fetchone()
    assert row is not None
    resources, accounts, running, in_doubt, *ages = row
    return Counts(resources, accounts, await _people(db, viewer), running, in_doubt, ages)


async def list_needs(db: Async, viewer: Viewer) -> Needs:
    """In doubt first, then failed, then those that have waited too long. Reads accounts, access, resources, resets."""
    viewer.needs(Operation.ACCOUNT_VIEW)
    statement: LiteralString = f"with {VISIBLE_ACCOUNTS} {NEEDS}"
    found = await (await db.execute(statement, (*parameters(viewer), SHOWN), prepare=True)).fetchall()
    return Needs([Need(*row[:-1]) for row in found], found[0][-1] if found else 0)


async def count_activity(db: Async, viewer: Viewer, days: int) -> list[Day]:
    """The last `days`, today included: of everybody for those who read the audit trail, one's own for others."""
    viewer.needs(Operation.OWN_SESSIONS)
    everybody = Operation.AUDIT_READ in viewer.operations
    found = await db.execute(ACTIVITY, (days, everybody, viewer.id))
    return [Day(*row) for row in await found.fetchall()]


async def _people(db: Async, viewer: Viewer) -> int | None:
    if Operation.USER_VIEW not in viewer.operations:
        return None
    row = await (await db.execute(PEOPLE, prepare=True)).fetchone()
    return None if row is None else row[0]
