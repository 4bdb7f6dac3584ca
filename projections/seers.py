"""Who could see or use an account at a past moment, how far, and by what: from the history of access alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from domain.access import NEEDS_LEVEL, Ground, Level, Operation
from ops.database import Async
from projections.viewer import OWNER, Viewer, level_name

ASKED = (
    Operation.ACCOUNT_VIEW, Operation.ACCOUNT_DISCLOSE, Operation.ACCOUNT_CHANGE, Operation.ACCOUNT_RESET,
    Operation.ACCESS_CHANGE,
)  # fmt: skip
"""What is told of, from seeing to sharing."""


@dataclass(frozen=True, slots=True)
class Seer:
    """Somebody who could see an account then, at which level, on what ground, and since which position he had that.
    `may`: what his roles of that moment let him do with it. `until`: when a share was to end."""

    id: UUID
    level: str
    ground: Ground
    since: int
    until: datetime | None
    may: tuple[Operation, ...]


WHO_COULD_SEE: LiteralString = """
    with known as (select %s::bigint as position, %s::timestamptz as moment, %s::uuid as person),
    asked as (select account, known.position, known.moment from known, unnest(%s::uuid[]) account),
    place as (
      select p.account, p.own_list, p.resource_list, a.position, a.moment
      from placed p join asked a using (account)
      where p.valid_from <= a.position and (p.valid_to is null or p.valid_to > a.position)
    ),
    able as (
      select p.id, p.scope, p.valid_from, array_agg(distinct operation) as operations
      from people p, known a, roles r, unnest(r.operations) operation
      where p.valid_from <= a.position and (p.valid_to is null or p.valid_to > a.position)
        and p.activated and not p.disabled and (a.person is null or p.id = a.person) and r.name = any(p.roles)
        and r.valid_from <= a.position and (r.valid_to is null or r.valid_to > a.position)
      group by p.id, p.scope, p.valid_from
    )
    select able.id,
      case when o.owner is not null then 4 when able.scope = 'all' then 3 else coalesce(n.level, w.level) end,
      case when o.owner is not null then 'owner' when able.scope = 'all' then 'everything'
           when n.level is not null then 'account' else 'resource' end,
      case when o.owner is not null then o.valid_from when able.scope = 'all' then able.valid_from
           else coalesce(n.valid_from, w.valid_from) end,
      case when o.owner is not null or able.scope = 'all' then null
           when n.level is not null then n.until else w.until end,
      able.operations, place.account
    from place cross join able
    left join owned o on o.list = place.resource_list and o.owner = able.id
      and o.valid_from <= place.position and (o.valid_to is null or o.valid_to > place.position)
    left join granted n on n.list = place.own_list and n.subject = able.id and n.subject_kind = 'user'
      and n.valid_from <= place.position and (n.valid_to is null or n.valid_to > place.position)
      and (n.until is null or n.until > place.moment)
    left join granted w on w.list = place.resource_list and w.subject = able.id and w.subject_kind = 'user'
      and w.valid_from <= place.position and (w.valid_to is null or w.valid_to > place.position)
      and (w.until is null or w.until > place.moment)
    where 'account.view' = any(able.operations)
      and (o.owner is not null or able.scope = 'all' or n.level is not null or w.level is not null)
    order by able.id
"""
"""Of some accounts; by everybody, or by one person."""


async def who_could_see(db: Async, viewer: Viewer, account: UUID, position: int, moment: datetime) -> list[Seer]:
    """Everybody who could see `account` when `position` was the last of the log, at `moment`: shares end by it."""
    viewer.needs(Operation.AUDIT_READ)
    rows = await (await db.execute(WHO_COULD_SEE, (position, moment, None, [account]))).fetchall()
    return [_seer(row) for row in rows]


async def what_could_he_see(
    db: Async, viewer: Viewer, person: UUID, accounts: Sequence[UUID], position: int, moment: datetime
) -> dict[UUID, Seer]:
    """Those of `accounts` that one person could see then, each with how far and by what."""
    viewer.needs(Operation.AUDIT_READ)
    rows = await (await db.execute(WHO_COULD_SEE, (position, moment, person, list(accounts)))).fetchall()
    return {row[-1]: _seer(row) for row in rows}


async def names_of(db: Async, seers: Sequence[Seer]) -> dict[UUID, str]:
    """What they are called now. Reads users."""
    asked = "select id, username from users where id = any(%s)"
    return dict(await (await db.execute(asked, ([each.id for each in seers],))).fetchall())


def could(rank: int, operations: Collection[str]) -> tuple[Operation, ...]:
    """What somebody at that level, whose roles held these operations, could do with an account."""
    level = Level.MANAGE if rank >= OWNER else Level(rank)
    held: Sequence[Operation] = [each for each in ASKED if each.value in operations]
    return tuple(each for each in held if NEEDS_LEVEL[each] <= level)


def _seer(row: tuple[Any, ...]) -> Seer:
    person, rank, ground, since, until, operations, _ = row
    return Seer(person, level_name(rank), Ground(ground), since, until, could(rank, operations))
