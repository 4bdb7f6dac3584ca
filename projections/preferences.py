"""What people keep at hand: their filters of the audit trail, their favourites, and what they used last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from domain.access import Operation
from domain.disclosures import Disclosure
from domain.preferences import Preferences
from ops.database import Async
from ops.ledger.log import Record
from projections.access import VISIBLE_ACCOUNTS, VISIBLE_RESOURCES, parameters
from projections.base import Poison, Projection, Rows
from projections.viewer import Viewer

SAVE: LiteralString = (
    "insert into filters values (%s, %s, %s, %s, %s) on conflict (id)"
    " do update set name = excluded.name, question = excluded.question, saved_at = excluded.saved_at"
)
FORGET: LiteralString = "delete from filters where id = %s"
STAR: LiteralString = "insert into stars select user_id, %s, %s, %s from keepers where id = %s"
UNSTAR: LiteralString = "delete from stars where object = %s and user_id = (select user_id from keepers where id = %s)"
USE: LiteralString = (
    "insert into uses values (%s, %s, %s) on conflict (user_id, account) do update set used_at = excluded.used_at"
)
LATELY = 8


class PreferencesProjection(Projection):
    """Each person's own; nobody else is shown any of it."""

    name = "preferences"
    version = 1
    follows = (Preferences, Disclosure)
    on_poison = Poison.PARK
    schema = """
        create table keepers (id uuid primary key, user_id uuid not null);
        create table filters (
          id uuid primary key, keeper uuid not null, name text not null, question text not null,
          saved_at timestamptz not null
        );
        create table stars (
          user_id uuid not null, kind text not null, object uuid not null, starred_at timestamptz not null,
          primary key (user_id, object)
        );
        create table uses (
          user_id uuid not null, account uuid not null, used_at timestamptz not null, primary key (user_id, account)
        ) with (fillfactor = 80);
    """

    def apply(self, event: Any, record: Record, rows: Rows) -> None:
        keeper, at = record.stream, record.recorded_at
        match event:
            case Preferences.Begun():
                rows.execute("insert into keepers values (%s, %s)", keeper, event.user_id)
            case Preferences.FilterSaved():
                rows.execute(SAVE, event.filter_id, keeper, event.name, event.question, at)
            case Preferences.FilterRemoved():
                rows.execute(FORGET, event.filter_id)
            case Preferences.Starred():
                rows.execute(STAR, event.kind.value, event.object_id, at, keeper)
            case Preferences.Unstarred():
                rows.execute(UNSTAR, event.object_id, keeper)
            case Disclosure.Disclosed():
                rows.execute(USE, event.provenance.actor_id, event.account_id, at)


@dataclass(frozen=True, slots=True)
class FilterRow:
    """A question to the audit trail, by the name its owner gave it."""

    id: UUID
    name: str
    question: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A resource or an account that its owner can still see; `resource` tells where an account is."""

    kind: str
    id: UUID
    name: str
    resource: str | None
    at: datetime


FILTERS: LiteralString = (
    "select f.id, f.name, f.question from filters f join keepers k on k.id = f.keeper where k.user_id = %s"
    " order by lower(f.name), f.id"
)
STARRED: LiteralString = f"""
    with {VISIBLE_RESOURCES}, {VISIBLE_ACCOUNTS}
    select s.kind, s.object, coalesce(a.username, r.name), case when a.id is not null then r.name end, s.starred_at
    from stars s
    left join visible_accounts va on va.account = s.object left join accounts a on a.id = va.account
    left join visible_resources vr on vr.resource = s.object
    join resources r on r.id = coalesce(a.resource_id, vr.resource)
    where s.user_id = %s order by lower(coalesce(a.username, r.name)), s.object
"""
LAST_USED: LiteralString = f"""
    with {VISIBLE_ACCOUNTS}
    select 'account', a.id, a.username, r.name, u.used_at
    from uses u join visible_accounts v on v.account = u.account
    join accounts a on a.id = v.account join resources r on r.id = a.resource_id
    where u.user_id = %s order by u.used_at desc, a.id limit %s
"""


async def list_filters(db: Async, viewer: Viewer) -> Sequence[FilterRow]:
    """The viewer's own."""
    viewer.needs(Operation.AUDIT_READ)
    return [FilterRow(*row) for row in await (await db.execute(FILTERS, (viewer.id,), prepare=True)).fetchall()]


async def list_stars(db: Async, viewer: Viewer) -> Sequence[Kept]:
    """His favourites, as far as he can still see them. Reads access, accounts and resources too."""
    viewer.needs(Operation.OWN_PREFERENCES)
    found = await db.execute(STARRED, (*parameters(viewer) * 2, viewer.id), prepare=True)
    return [Kept(*row) for row in await found.fetchall()]


async def list_last_used(db: Async, viewer: Viewer) -> Sequence[Kept]:
    """The accounts whose passwords he was shown last, as far as he can still see them. Reads the same."""
    viewer.needs(Operation.OWN_PREFERENCES)
    found = await db.execute(LAST_USED, (*parameters(viewer), viewer.id, LATELY), prepare=True)
    return [Kept(*row) for row in await found.fetchall()]
