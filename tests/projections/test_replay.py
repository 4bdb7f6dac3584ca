"""A projection is a fold of the log: the same however often and in whatever batches, and what an oracle says it is."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.access import NEEDS_LEVEL, Level, Operation
from domain.accounts import Account
from domain.resources import Resource
from domain.users import User
from projections import generations
from projections.access import VISIBLE_ACCOUNTS, VISIBLE_RESOURCES, parameters
from projections.generations import Standing
from projections.seers import ASKED, who_could_see
from projections.viewer import Viewer, level_name
from tests.support import oracle
from tests.support.deeds import DEEDS, Deed, Play, play
from tests.support.history import History
from tests.support.oracle import Oracle
from tests.support.servers import Database
from tests.support.vault import Clock, World
from tests.support.views import Gallery, Row, gallery

NUMBERS = st.integers(0, 11)
HISTORIES = st.lists(
    st.tuples(st.integers(0, len(DEEDS) - 1), st.tuples(NUMBERS, NUMBERS, NUMBERS)), min_size=5, max_size=40
)
CHANCE = random.Random(44)
LONG: list[Deed] = [
    (CHANCE.randrange(len(DEEDS)), (CHANCE.randrange(12), CHANCE.randrange(12), CHANCE.randrange(12)))
    for _ in range(400)
]
SHORT = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@dataclass
class Told:
    """A vault with a history, and read models to be made of it."""

    shown: Gallery
    history: History

    @property
    def world(self) -> World:
        return self.shown.world

    async def oracle(self, position: int) -> Oracle:
        records = await self.world.log.read(0, position)
        return Oracle.of(list(zip(records, await self.shown.opener.open_many(records), strict=True)))


Check = Callable[[Told], Awaitable[None]]


def tell(place: Database, deeds: list[Deed], check: Check, among: Sequence[Play] = DEEDS) -> None:
    """Play the history a day ago, so that what ended within it has ended by PostgreSQL's clock too."""

    async def run() -> None:
        world = World(clock=Clock(datetime.now(UTC) - timedelta(days=1)))
        history = History(world)
        await history.begin()
        await play(history, deeds, among)
        async with gallery(world, place) as shown:
            await check(Told(shown, history))
            for each in shown.projections:
                for role in ("filling", "serving", "old"):
                    await generations.drop(shown.as_projector, each.name, role, -1)

    asyncio.run(run())


@SHORT
@given(HISTORIES, st.sampled_from([1, 2, 3, 7]), st.integers(0, 200))
def test_batches_of_any_size_by_pipe_and_by_copy_give_equal_tables(
    module_views_database: Database, deeds: list[Deed], size: int, stop: int
) -> None:
    async def check(told: Told) -> None:
        for projection in told.shown.projections:
            at_once = await told.shown.fold(projection, 100_000, bulk=True)
            in_parts = await told.shown.fold(projection, size, to=stop)
            await told.shown.continued(in_parts, size + 1, bulk=True)
            assert in_parts.mark == at_once.mark
            assert at_once.mark.position == told.world.log.head
            assert await told.shown.digest(in_parts) == await told.shown.digest(at_once)

    tell(module_views_database, deeds, check)


@SHORT
@given(HISTORIES, st.integers(0, 100))
def test_at_every_position_the_rows_are_what_the_aggregates_say(
    module_views_database: Database, deeds: list[Deed], back: int
) -> None:
    async def check(told: Told) -> None:
        position = max(1, told.world.log.head - back)
        said = await told.oracle(position)
        for name, table, columns, expected in TABLES:
            standing = await told.shown.fold(told.shown.of(name), 64, to=position)
            rows = {_tuple(row, columns) for row in await told.shown.rows(standing, table)}
            assert rows == expected(said), table

    tell(module_views_database, deeds, check)


@SHORT
@given(HISTORIES, st.integers(0, 60))
def test_everybody_sees_what_he_owns_and_what_is_shared_with_him_and_nothing_else(
    module_views_database: Database, deeds: list[Deed], back: int
) -> None:
    async def check(told: Told) -> None:
        said = await told.oracle(told.world.log.head)
        standing = await told.shown.fold(told.shown.of("access"), 100_000)
        earlier = max(1, told.world.log.head - back)
        for user in said.every(User):
            assert await _ranks(told.shown, standing, user) == _expected(said, user, datetime.now(UTC))
        for account in said.every(Account):
            assert await _seers(told, standing, account, earlier) == await _expected_seers(told, account, earlier)

    tell(module_views_database, deeds, check)


def test_a_history_does_what_it_is_meant_to_do(module_views_database: Database) -> None:
    """Else the tests above would prove nothing."""

    async def check(told: Told) -> None:
        topics = set(await told.world.topics())
        assert {
            "access.granted", "access.changed", "access.revoked", "access.owner-transferred", "user.disabled",
            "user.roles-given", "user.scope-given", "account-password.disclosed", "reset.requested",
            "reset.attempt-begun", "refusal.recorded", "resource.host-key-pinned", "session.ended",
            "account.moved", "resource.reset-way-set", "resource.jump-host-set", "helper.key-set", "helper.key-removed",
            "helper.password-refused", "helper.refusal-lifted", "probe.requested", "probe.requested-again",
            "probe.begun", "probe.ended", "batch.opened", "reset.asked-again",
        } <= topics  # fmt: skip

    tell(module_views_database, LONG, check)


async def _ranks(shown: Gallery, standing: Standing, user: User) -> set[tuple[Any, int]]:
    viewer = Viewer(user.id, frozenset(Operation), user.scope)
    async with shown.as_projector.transaction():
        await generations.enter(shown.as_projector, standing)
        statement = (
            f"with {VISIBLE_ACCOUNTS}, {VISIBLE_RESOURCES} select account, rank from visible_accounts"
            " union all select resource, rank from visible_resources"
        )
        found = await shown.as_projector.execute(statement.encode(), (*parameters(viewer), *parameters(viewer)))
        return set(await found.fetchall())


def _expected(said: Oracle, user: User, moment: datetime) -> set[tuple[Any, int]]:
    ranks = [(account.id, said.rank(user, account, moment)) for account in said.every(Account)]
    ranks += [(resource.id, said.rank_on_resource(user, resource, moment)) for resource in said.every(Resource)]
    return {(id, rank) for id, rank in ranks if rank is not None}


async def _seers(told: Told, standing: Standing, account: Account, position: int) -> set[tuple[Any, ...]]:
    """As of `position`, asked of tables that have gone on since."""
    record = (await told.world.log.read(position - 1, 1))[0]
    auditor = Viewer(account.id, frozenset({Operation.AUDIT_READ}))
    async with told.shown.as_projector.transaction():
        await generations.enter(told.shown.as_projector, standing)
        seers = await who_could_see(told.shown.as_projector, auditor, account.id, position, record.recorded_at)
        return {(seer.id, seer.level, seer.may) for seer in seers}


async def _expected_seers(told: Told, account: Account, position: int) -> set[tuple[Any, ...]]:
    said = await told.oracle(position)
    if (then := said.find(Account, account.id)) is None:
        return set()
    moment = said.told[-1][0].recorded_at
    able = [user for user in said.every(User) if said.may(user, Operation.ACCOUNT_VIEW)]
    ranks = [(user, said.rank(user, then, moment)) for user in able]
    return {(user.id, level_name(rank), _may(said, user, rank)) for user, rank in ranks if rank is not None}


def _may(said: Oracle, user: User, rank: int) -> tuple[Operation, ...]:
    """As a decision would have had it at that moment."""
    level = min(rank, Level.MANAGE)
    return tuple(each for each in ASKED if said.may(user, each) and NEEDS_LEVEL[each] <= level)


def _tuple(row: Row, columns: str) -> tuple[Any, ...]:
    return tuple(tuple(value) if isinstance(value := row[name], list) else value for name in columns.split())


TABLES: list[tuple[str, str, str, Callable[[Oracle], set[tuple[Any, ...]]]]] = [
    (
        "users", "users",
        "id username display_name email roles activated disabled version created_at last_sign_in_at", oracle.users,
    ),
    ("sessions", "sessions", "id user_id started_at ends_at address agent ended_at because", oracle.sessions),
    (
        "resources", "resources",
        "id name type address port description host_key_fingerprint version created_at", oracle.resources,
    ),
    (
        "accounts", "accounts",
        "id resource_id username description password_number password_set_at reset_id in_doubt version",
        oracle.accounts,
    ),
    ("accounts", "passwords", "account number cause", oracle.passwords),
    ("ways", "ways", "resource login_id elevation root_id jump_id", oracle.ways),
    ("ways", "helpers", "account refused public_key", oracle.helpers),
    ("probes", "probes", "id kind resource_id account_id requested_by outcome host_key", oracle.probes),
    ("batches", "batches", "id requested_by size", oracle.batches),
    ("batches", "batch_items", "batch account reset", oracle.batch_items),
    ("resets", "resets", "id account_id state requested_by attempts", oracle.resets),
    ("audit", "entries", "position topic stream version recorded_at actor", oracle.entries),
]  # fmt: skip
