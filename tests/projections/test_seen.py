"""What a person was shown and still knows, at any position: as a fold of the log has it."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime
from typing import Any
from uuid import UUID

from hypothesis import example, given
from hypothesis import strategies as st

from domain.access import Operation
from domain.accounts import Account
from domain.disclosures import Disclosure
from domain.users import User
from projections.generations import Standing
from projections.seen import Seen, list_seen
from projections.viewer import Viewer, level_name
from tests.projections.test_replay import HISTORIES, LONG, SHORT, Told, tell
from tests.support.deeds import DEEDS, Deed
from tests.support.history import History
from tests.support.oracle import Oracle
from tests.support.servers import Database

READ = ("audit", "access", "accounts", "resources")
USED = tuple(
    DEEDS.index(each) for each in (History.add_account, History.disclose, History.disclose, History.change_password)
)
BUSY: list[Deed] = [(USED[turn % 4], (turn // 4 % 12, turn % 5, turn % 7)) for turn in range(120)]
"""Little else than showing and changing, of which there is little in any other history."""
Row = tuple[UUID, int, int, int, str | None]


@SHORT
@given(HISTORIES, st.integers(0, 60))
@example(LONG, 0)
@example(LONG, 300)
@example(BUSY, 0)
@example(BUSY, 40)
def test_it_is_what_the_log_says_though_the_tables_have_gone_on(
    module_views_database: Database, deeds: list[Deed], back: int
) -> None:
    async def check(told: Told) -> None:
        position = max(1, told.world.log.head - back)
        said = await told.oracle(position)
        moment = said.told[-1][0].recorded_at
        asked = [await told.shown.fold(told.shown.of(name), 100_000) for name in READ]
        for user in (await told.oracle(told.world.log.head)).every(User):
            assert await _found(told, asked, user, position, moment) == _expected(said, user, moment)

    tell(module_views_database, deeds, check)


def test_the_busy_history_has_somebody_who_knows_and_somebody_who_does_not_know_any_more(
    module_views_database: Database,
) -> None:
    """Else the test above would prove nothing."""

    async def check(told: Told) -> None:
        said = await told.oracle(told.world.log.head)
        shown = {(event.provenance.actor_id, event.account_id) for _, event in said.events(Disclosure.Disclosed)}
        users = said.every(User)
        known = {(user.id, row[0]) for user in users for row in _expected(said, user, told.world.clock())}
        assert known
        assert known < shown

    tell(module_views_database, BUSY, check)


async def _found(told: Told, asked: list[Standing], user: User, position: int, moment: datetime) -> Set[Row]:
    db, auditor = told.shown.as_projector, Viewer(user.id, frozenset({Operation.AUDIT_READ}))
    async with db.transaction():
        path = ", ".join(each.schema for each in asked)
        await db.execute("select set_config('search_path', %s, true)", (path,))
        found, _ = await list_seen(db, auditor, user.id, position, moment)
    return {_row(each) for each in found}


def _row(seen: Seen) -> Row:
    return seen.account_id, seen.last, seen.times, seen.changed, None if seen.still is None else seen.still.level


def _expected(said: Oracle, user: User, moment: datetime) -> Set[Row]:
    holds: dict[UUID, tuple[int, int]] = {}
    shown: dict[UUID, list[tuple[int, int]]] = {}
    for record, event in said.told:
        match event:
            case Account.Added():
                holds[record.stream] = (1, record.position)
            case Account.PasswordChanged() | Account.PasswordReset():
                holds[record.stream] = (event.number, record.position)
            case Disclosure.Disclosed() if event.provenance.actor_id == user.id:
                shown.setdefault(event.account_id, []).append((event.password_number, record.position))
    known = {id: [at for number, at in each if number >= holds[id][0]] for id, each in shown.items()}
    return {(id, max(at), len(at), holds[id][1], _level(said, user, id, moment)) for id, at in known.items() if at}


def _level(said: Oracle, user: User, account: UUID, moment: datetime) -> str | None:
    then, they = said.find(Account, account), said.find(User, user.id)
    if then is None or they is None or not said.may(they, Operation.ACCOUNT_VIEW):
        return None
    rank: Any = said.rank(they, then, moment)
    return None if rank is None else level_name(rank)
