"""Who sees a thing and why, and what a share would change: explained by the rules that decide, and deciding nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from domain.access import Grant, Level, Operation, Scope, Subject, SubjectKind
from domain.errors import Invalid
from ops.database import Async
from projections.access import VISIBLE_ACCOUNTS, VISIBLE_RESOURCES, OwnerName, parameters
from projections.stands import Levels, Person, Shared, Stand
from projections.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Sight:
    """Somebody who has something of a thing. `able`: he can sign in, and his roles let him see accounts."""

    user: OwnerName
    able: bool
    stand: Stand


@dataclass(frozen=True, slots=True)
class Known:
    """An account of which somebody was shown a password since the present one was set, and when last."""

    account_id: UUID
    username: str
    shown_at: datetime


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a person has on a thing now, and would have. `narrower`: on how many accounts of a resource a share of the
    account itself decides, before and after. `known` is None for those who may not read the trail."""

    user: OwnerName
    able: bool
    accounts: int
    before: Stand
    after: Stand
    narrower: int
    known: Sequence[Known] | None


OF_RESOURCE: LiteralString = (
    f"with {VISIBLE_RESOURCES} select s.resource, o.owner from standing s join visible_resources using (resource)"
    " join owned o on o.list = s.list and o.valid_to is null where s.resource = %s and rank >= %s"
)
OF_ACCOUNT: LiteralString = (
    f"with {VISIBLE_ACCOUNTS} select p.resource, o.owner from placed p join visible_accounts using (account)"
    " join owned o on o.list = p.resource_list and o.valid_to is null"
    " where p.account = %s and p.valid_to is null and rank >= %s"
)
PLACED: LiteralString = (
    "from placed p where p.resource = %s and p.valid_to is null and (%s::uuid is null or p.account = %s)"
)
SHARES: LiteralString = f"""
    select null, g.subject, g.level, g.until from standing s join granted g on g.list = s.list
    where s.resource = %s and g.valid_to is null and g.subject_kind = 'user'
    union all
    select p.account, g.subject, g.level, g.until from granted g join (select p.account, p.own_list {PLACED}) p
    on p.own_list = g.list where g.valid_to is null and g.subject_kind = 'user'
"""
PEOPLE: LiteralString = """
    select p.id, coalesce(u.username, ''), p.scope, p.activated and not p.disabled and exists (
      select from roles r where r.name = any(p.roles) and r.valid_to is null and %s = any(r.operations)
    ) from people p left join users u on u.id = p.id
    where p.valid_to is null and (p.id = any(%s) or %s and p.scope = 'all') order by lower(u.username), p.id
"""
KNOWN: LiteralString = (
    "select a.id, a.username, k.used_at from uses k join accounts a on a.id = k.account"
    " where k.user_id = %s and a.resource_id = %s and (%s::uuid is null or a.id = %s)"
    " and k.used_at >= a.password_set_at order by k.used_at desc, a.id limit %s"
)
MOST = 500


async def list_sight_of_resource(db: Async, viewer: Viewer, resource: UUID, now: datetime) -> list[Sight] | None:
    """Everybody who has something of a resource or of one of its accounts, and why, for those who manage it.
    Reads access and users; None when it is not the viewer's to know."""
    return await _sight(db, await _shared(db, viewer, OF_RESOURCE, resource, None), now)


async def list_sight_of_account(db: Async, viewer: Viewer, account: UUID, now: datetime) -> list[Sight] | None:
    """The same of one account."""
    return await _sight(db, await _shared(db, viewer, OF_ACCOUNT, account, account), now)


async def get_consequence_on_resource(
    db: Async, viewer: Viewer, resource: UUID, user: UUID, grant: Grant | None, now: datetime
) -> Consequence | None:
    """What it would change for `user` to have `grant` on a resource, or no share of it. Invalid when there is no such
    user; None when it is not the viewer's to know. Reads access, users, accounts and preferences."""
    return await _consequence(db, viewer, await _shared(db, viewer, OF_RESOURCE, resource, None), user, grant, now)


async def get_consequence_on_account(
    db: Async, viewer: Viewer, account: UUID, user: UUID, grant: Grant | None, now: datetime
) -> Consequence | None:
    """The same of one account."""
    return await _consequence(db, viewer, await _shared(db, viewer, OF_ACCOUNT, account, account), user, grant, now)


async def _consequence(
    db: Async, viewer: Viewer, shared: Shared | None, user: UUID, grant: Grant | None, now: datetime
) -> Consequence | None:
    if shared is None:
        return None
    person = next(iter(await _people(db, [user], everybody=False)), None)
    if person is None:
        raise Invalid("There is no such user.", "user_id")
    known = await _known(db, user, shared) if Operation.AUDIT_READ in viewer.operations else None
    after = shared.with_share(user, grant)
    return Consequence(
        person.name, person.able, shared.accounts, shared.of(person, now), after.of(person, now),
        shared.narrower(user, now), known,
    )  # fmt: skip


async def _sight(db: Async, shared: Shared | None, now: datetime) -> list[Sight] | None:
    if shared is None:
        return None
    people = await _people(db, shared.subjects, everybody=True)
    found = [Sight(each.name, each.able, shared.of(each, now)) for each in people]
    return [each for each in found if each.stand.level is not None or each.stand.accounts != Levels()]


async def _shared(db: Async, viewer: Viewer, statement: LiteralString, id: UUID, account: UUID | None) -> Shared | None:
    viewer.needs(Operation.ACCESS_VIEW)
    given = (*parameters(viewer), id, int(Level.MANAGE))
    found = await (await db.execute(statement, given, prepare=True)).fetchone()
    if found is None:
        return None
    resource, owner = found
    counted = await (await db.execute(f"select count(*) {PLACED}", (resource, account, account))).fetchone()
    rows = await (await db.execute(SHARES, (resource, resource, account, account))).fetchall()
    shares: dict[UUID | None, dict[UUID, Grant]] = {None: {}}
    for where, subject, level, until in rows:
        shares.setdefault(where, {})[subject] = Grant(Subject(SubjectKind.USER, subject), Level(level), until)
    wide = shares.pop(None)
    narrow = {each: given for each, given in shares.items() if each is not None}
    return Shared(resource, owner, account, 0 if counted is None else counted[0], wide, narrow)


async def _people(db: Async, ids: Iterable[UUID], everybody: bool) -> list[Person]:
    found = await db.execute(PEOPLE, (Operation.ACCOUNT_VIEW.value, list(ids), everybody))
    return [Person(id, username, Scope(scope), able) for id, username, scope, able in await found.fetchall()]


async def _known(db: Async, user: UUID, shared: Shared) -> list[Known]:
    given = (user, shared.resource, shared.account, shared.account, MOST)
    return [Known(*row) for row in await (await db.execute(KNOWN, given)).fetchall()]
