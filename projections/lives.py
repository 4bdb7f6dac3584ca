"""An account's life: what happened to it, how often within each stretch of time, and who held it from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from domain.access import Operation
from domain.errors import Invalid
from ops.database import Async
from projections.access import VISIBLE_ACCOUNTS, parameters
from projections.actors import UNKNOWN, ActorName
from projections.audit_trail import ABOUT, COLUMNS, NAMES, EntryRow, row_of
from projections.pages import MOST
from projections.viewer import Viewer, level_name

STRETCHES = 160
"""Into so many a picture is divided: what is of one kind and within one of them is one mark."""
MOST_HELD = 500
"""Shares of one account that are told at once."""
LIFE = (
    "account.added", "account.edited", "account.moved", "account.password-changed", "account.password-reset",
    "reset.requested", "reset.confirmed", "reset.failed", "reset.in-doubt", "reset.settled",
)  # fmt: skip
"""What everybody may know of an account that he sees; who was shown its password, and has a share, is for auditors."""
MORE_OF_IT = (
    "account-password.disclosed", "access.granted", "access.changed", "access.revoked", "refusal.recorded",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Window:
    """From when, included, to when, excluded; `since` None is from the first event, `to` None until `now`."""

    now: datetime
    since: datetime | None = None
    to: datetime | None = None

    def __post_init__(self) -> None:
        if self.since is not None and self.since >= self.ends:
            raise Invalid("This must be later than the beginning.", "to")

    @property
    def ends(self) -> datetime:
        return self.now if self.to is None else self.to


@dataclass(frozen=True, slots=True)
class Mark:
    """Events of one kind that are too near to each other to be told apart; `position` is that of the last."""

    topic: str
    title: str
    outcome: str
    times: int
    first_at: datetime
    last_at: datetime
    position: int


@dataclass(frozen=True, slots=True)
class Held:
    """What one holder had on the account from the event at `begun` to that at `ended`, and at which level.

    `ground`: as owner of the resource, by a share of the account, or by one of the resource, which then is named.
    `ended` is None while he has it, and when it ended by itself, at `ended_at`; `until` is when it was to do so.
    """

    holder: ActorName
    level: str
    ground: str
    resource: str | None
    begun: int
    begun_at: datetime
    ended: int | None
    ended_at: datetime | None
    until: datetime | None


TOLD: LiteralString = (
    " where exists (select from visible_accounts v where v.account = %s) and "
    + ABOUT
    + " and (e.topic = any(%s) or e.topic = any(%s) and (%s or e.actor = %s))"
    " and e.recorded_at >= coalesce(%s, '-infinity'::timestamptz)"
    " and e.recorded_at < coalesce(%s, 'infinity'::timestamptz)"
)
TIMELINE: LiteralString = (
    f"with {VISIBLE_ACCOUNTS} select {COLUMNS} from entries e {NAMES} {TOLD} order by e.position desc limit %s"
)
MARKS: LiteralString = f"""
    with {VISIBLE_ACCOUNTS},
    told as (select e.topic, e.title, e.outcome, e.recorded_at, e.position from entries e {TOLD}),
    stretch as (
      select begins, greatest(1e-6, extract(epoch from %s::timestamptz - begins)) / %s as seconds
      from (select coalesce(%s::timestamptz, min(recorded_at)) as begins from told) first
    )
    select topic, title, outcome, count(*), min(recorded_at), max(recorded_at), max(position) from told, stretch
    group by topic, title, outcome, floor(extract(epoch from recorded_at - begins) / seconds) order by max(position)
"""
HELD: LiteralString = f"""
    with {VISIBLE_ACCOUNTS},
    homes as (
      select p.resource, p.own_list, p.resource_list, p.valid_from, p.valid_to from placed p
      where p.account = %s and exists (select from visible_accounts v where v.account = p.account)
    ),
    held as (
      select 'user' as kind, o.owner as holder, 4 as rank, 'owner' as ground, h.resource, null::timestamptz as until,
        greatest(o.valid_from, h.valid_from) as begun, least(o.valid_to, h.valid_to) as ended
      from homes h join owned o on o.list = h.resource_list
      union all
      select g.subject_kind, g.subject, g.level, 'resource', h.resource, g.until,
        greatest(g.valid_from, h.valid_from), least(g.valid_to, h.valid_to)
      from homes h join granted g on g.list = h.resource_list
      union all
      select g.subject_kind, g.subject, g.level, 'account', null, g.until, g.valid_from, g.valid_to
      from (select distinct own_list from homes) h join granted g on g.list = h.own_list
    ),
    dated as (
      select held.*, b.recorded_at as begun_at,
        least(e.recorded_at, case when held.until <= %s then held.until end) as ended_at
      from held join entries b on b.position = held.begun left join entries e on e.position = held.ended
      where (held.ended is null or held.begun < held.ended) and (%s or held.holder = %s)
    )
    select kind, holder, (select n.name from names n where n.id = holder order by n.valid_from desc limit 1),
      rank, ground, (select n.name from names n where n.id = resource order by n.valid_from desc limit 1),
      begun, begun_at, case when ended_at < until or until is null then ended end, ended_at, until
    from dated
    where begun_at < coalesce(%s, 'infinity'::timestamptz)
      and (ended_at is null or ended_at > begun_at and ended_at > coalesce(%s, '-infinity'::timestamptz))
    order by rank desc, begun, holder limit %s
"""
"""A share of a resource counts while the account stands on it; names are those of now."""


async def list_timeline(db: Async, viewer: Viewer, account: UUID, window: Window) -> tuple[list[EntryRow], bool]:
    """An account's life, newest first, and whether that is all of it: others' doings at it are for auditors. Reads
    access too; nothing when the viewer does not see it."""
    viewer.needs(Operation.ACCOUNT_VIEW)
    asked = (*_asked(viewer, account, window), MOST)
    found = await (await db.execute(TIMELINE, asked)).fetchall()
    return [row_of(row) for row in found], _everything(viewer)


async def list_marks(db: Async, viewer: Viewer, account: UUID, window: Window) -> list[Mark]:
    """The same events, all of them, as a picture has room for: the oldest first."""
    viewer.needs(Operation.ACCOUNT_VIEW)
    stretch = (window.ends, STRETCHES, window.since)
    rows = await (await db.execute(MARKS, (*_asked(viewer, account, window), *stretch))).fetchall()
    return [Mark(*row) for row in rows]


async def list_held(db: Async, viewer: Viewer, account: UUID, window: Window) -> tuple[list[Held], bool]:
    """Who held the account within `window`, owners first, and whether there are more. What others held is for
    auditors; nothing when the viewer does not see the account."""
    viewer.needs(Operation.ACCOUNT_VIEW)
    whose = (window.now, _everything(viewer), viewer.id)
    asked = (*parameters(viewer), account, *whose, window.to, window.since, MOST_HELD + 1)
    rows = await (await db.execute(HELD, asked)).fetchall()
    return [_held(row) for row in rows[:MOST_HELD]], len(rows) > MOST_HELD


def _asked(viewer: Viewer, account: UUID, window: Window) -> tuple[object, ...]:
    topics = (list(LIFE), list(MORE_OF_IT), _everything(viewer), viewer.id)
    return (*parameters(viewer), account, account, account, *topics, window.since, window.to)


def _everything(viewer: Viewer) -> bool:
    return Operation.AUDIT_READ in viewer.operations


def _held(row: tuple[Any, ...]) -> Held:
    kind, holder, name, rank, ground, resource, *when = row
    return Held(ActorName(kind, holder, name or UNKNOWN), level_name(rank), ground, resource, *when)
