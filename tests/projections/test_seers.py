"""Who could see what, on what ground, since which event and until when: at any moment, between two records too."""

from __future__ import annotations

import random
from collections.abc import Iterator, Set
from datetime import datetime
from typing import Any
from uuid import UUID

from hypothesis import example, given
from hypothesis import strategies as st

from domain.access import Ground, Operation, Scope, Subject, SubjectKind
from domain.access_lists import AccessList
from domain.accounts import Account
from domain.users import User
from projections import generations
from projections.generations import Standing
from projections.seers import who_could_see
from projections.viewer import Viewer
from tests.projections.test_replay import HISTORIES, LONG, SHORT, Told, tell
from tests.support.deeds import DEEDS, Deed
from tests.support.history import History
from tests.support.oracle import Oracle
from tests.support.servers import Database

SHARING = tuple(
    DEEDS.index(each)
    for each in (
        History.grant, History.grant, History.grant_for_a_moment, History.revoke, History.transfer, History.give_scope,
        History.move,
    )
)  # fmt: skip
CHANCE = random.Random(44)
MEETING: list[Deed] = [
    (DEEDS.index(History.grant), (owner, thing, 10 if thing % 2 else 6)) for thing in range(8) for owner in range(2)
]
"""The third person has every resource for some days, and every account for good."""
BUSY: list[Deed] = MEETING + [
    (CHANCE.choice(SHARING), (CHANCE.randrange(12), CHANCE.randrange(12), CHANCE.randrange(12))) for _ in range(160)
]
"""Little else than sharing and taking back, among few, so that shares of an account and of its resource meet."""
VERSIONS = (
    User.Added,
    User.RolesGiven,
    User.ScopeGiven,
    User.Activated,
    User.InvitedAgain,
    User.Disabled,
    User.Enabled,
)
"""What makes somebody another person to decisions."""
Row = tuple[UUID, str, int, datetime | None]


@SHORT
@given(HISTORIES, st.integers(0, 60), st.sampled_from([0, 0.4, 0.6, 0.999]))
@example(LONG, 0, 0.0)
@example(LONG, 150, 0.6)
def test_it_is_what_the_log_says_though_the_tables_have_gone_on(
    module_views_database: Database, deeds: list[Deed], back: int, share: float
) -> None:
    async def check(told: Told) -> None:
        position = max(1, told.world.log.head - back)
        moment = await _moment(told, position, share)
        said = await told.oracle(position)
        standing = await told.shown.fold(told.shown.of("access"), 100_000)
        for account in (await told.oracle(told.world.log.head)).every(Account):
            expected = set(_expected(said, account.id, moment))
            assert await _found(told, standing, account.id, position, moment) == expected

    tell(module_views_database, deeds, check)


def test_at_each_position_of_a_busy_history_with_every_ground_and_with_shares_that_end_between_records(
    module_views_database: Database,
) -> None:
    async def check(told: Told) -> None:
        standing = await told.shown.fold(told.shown.of("access"), 100_000)
        grounds, ended = set(), False
        for position in range(1, told.world.log.head + 1, 2):
            said = await told.oracle(position)
            early, late = await _moment(told, position, 0.4), await _moment(told, position, 0.6)
            for account in said.every(Account):
                before, after = (set(_expected(said, account.id, moment)) for moment in (early, late))
                assert await _found(told, standing, account.id, position, early) == before
                assert await _found(told, standing, account.id, position, late) == after
                grounds |= {ground for _, ground, _, _ in before}
                ended = ended or before != after
        assert grounds == {each.value for each in Ground}
        assert ended

    tell(module_views_database, BUSY, check)


async def _moment(told: Told, position: int, share: float) -> datetime:
    """Between this record and the next."""
    here, *later = await told.world.log.read(position - 1, 2)
    ends = later[0].recorded_at if later else told.world.clock()
    return here.recorded_at + (ends - here.recorded_at) * share


async def _found(told: Told, standing: Standing, account: UUID, position: int, moment: datetime) -> Set[Row]:
    db, auditor = told.shown.as_projector, Viewer(account, frozenset({Operation.AUDIT_READ}))
    async with db.transaction():
        await generations.enter(db, standing)
        seers = await who_could_see(db, auditor, account, position, moment)
    return {(each.id, each.ground.value, each.since, each.until) for each in seers}


def _expected(said: Oracle, account: UUID, moment: datetime) -> Iterator[Row]:
    if (then := said.find(Account, account)) is None:
        return
    owners, grants, people = _folded(said)
    wide, narrow = AccessList.create_id(then.resource_id), AccessList.create_id(account)
    for user in said.every(User):
        if not said.may(user, Operation.ACCOUNT_VIEW):
            continue
        shares = [
            (ground, *given)
            for ground, place in ((Ground.ACCOUNT, narrow), (Ground.RESOURCE, wide))
            if (given := grants.get((place, Subject(SubjectKind.USER, user.id)))) and _holds(given[1], moment)
        ]
        if owners.get(wide, (None, 0))[0] == user.id:
            yield user.id, Ground.OWNER.value, owners[wide][1], None
        elif user.scope is Scope.ALL:
            yield user.id, Ground.EVERYTHING.value, people[user.id], None
        elif shares:
            ground, since, until = shares[0]
            yield user.id, ground.value, since, until


def _holds(until: datetime | None, moment: datetime) -> bool:
    return until is None or until > moment


def _folded(
    said: Oracle,
) -> tuple[dict[UUID, Any], dict[tuple[UUID, Subject], tuple[int, datetime | None]], dict[UUID, int]]:
    """Who owns by which list and since when; who has which share since when and until when; people since when."""
    owners: dict[UUID, Any] = {}
    grants: dict[tuple[UUID, Subject], tuple[int, datetime | None]] = {}
    people: dict[UUID, int] = {}
    for record, event in said.told:
        at = record.position
        match event:
            case AccessList.Opened() if event.owner_id is not None:
                owners[record.stream] = (event.owner_id, at)
            case AccessList.OwnerTransferred():
                owners[record.stream] = (event.to_id, at)
            case AccessList.Granted() | AccessList.Changed():
                grants[record.stream, event.subject] = (at, event.until)
            case AccessList.Revoked():
                grants.pop((record.stream, event.subject), None)
            case _ if isinstance(event, VERSIONS):
                people[record.stream] = at
    return owners, grants, people
