"""An account in doubt, repaired: asked about now, or set anew by whoever changes the others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import pytest

from commands.access import GrantAccess
from commands.accounts import AddAccount
from commands.base import OnAccount
from commands.means import HelperOrders
from commands.refusals import RefusalDesk
from commands.repairs import RepairAccount
from commands.vault import Vault
from commands.ways import SetResetWay
from commands.work import Tools
from domain import ids
from domain.access import Level
from domain.accounts import Account
from domain.base import Author
from domain.errors import AttemptRunning, NotFound, ReasonRequired, Refused, ResetNotInDoubt
from domain.resets import State, Step
from domain.secrets import Secret
from domain.ways import Elevation
from ops.crypto.random import SystemRandom
from tests.support.fake_host import FakeConnector, FakeHost
from tests.support.reset_bench import FIRST, Bench, a_bench
from tests.support.vault import NAMES
from workers.attempt import Pace
from workers.connectors import errors
from workers.connectors.base import Connector, Note
from workers.connectors.errors import Phase
from workers.lending import Lender
from workers.reaching import Lent, Target
from workers.resets import Resets

PACE = Pace(between_guesses=timedelta(milliseconds=5))


async def calm(moment: str) -> None:
    """Nothing goes wrong any more."""


async def in_doubt() -> tuple[Bench, UUID]:
    """Somebody else changed the password while it was being reset: neither of the two opens the account."""
    bench = await a_bench()

    async def cut(moment: str) -> None:
        if moment == "after the change":
            bench.host.passwords["app1"] = "of somebody else"
            raise errors.CutOff(phase=Phase.MAYBE)

    bench.host.at = cut
    reset_id, worker = await bench.open_reset(), bench.worker(pace=PACE)
    while (await bench.reset(reset_id)).state is not State.IN_DOUBT:
        due = await worker.look(reset_id)
        assert due is not None
        bench.world.clock.at = due
    bench.host.at = calm
    for _ in range(10):
        due = await worker.look(reset_id)
        assert due is not None
        bench.world.clock.at = due
    return bench, reset_id


def repair(bench: Bench) -> RepairAccount:
    return RepairAccount(account_id=bench.account)


async def test_whoever_asks_is_answered_after_the_pause_between_two_guesses() -> None:
    bench, reset_id = await in_doubt()
    await bench.worker(pace=PACE).look(reset_id)
    waits = await bench.worker(pace=PACE).look(reset_id)
    assert waits is not None
    assert waits - bench.world.clock.at > timedelta(seconds=1)
    await bench.owner.does(repair(bench))
    tried = len(bench.host.tried)
    due = await bench.worker(pace=PACE).look(reset_id)
    assert due is not None
    assert timedelta(0) < due - bench.world.clock.at <= PACE.between_guesses + timedelta(milliseconds=1)
    assert len(bench.host.tried) == tried, "not at once: the last guess may have been a moment ago"
    bench.host.passwords["app1"] = FIRST
    bench.world.clock.at = due
    await bench.worker(pace=PACE).look(reset_id)
    assert (await bench.reset(reset_id)).state is State.CONFIRMED
    assert await bench.opens()


class ByHelper(FakeConnector):
    """Sets the password without knowing the present one."""

    def __init__(self, host: FakeHost) -> None:
        super().__init__(host)
        self.host = host

    async def change(self, username: str, current: Secret, new: Secret, note: Note) -> None:
        await note(Step.HANDING_OVER)
        await self.host.take(username, new.reveal())
        if not await self.verify(username, new):
            raise errors.NotTaken(phase=Phase.AFTER)


def worker_with_helpers(bench: Bench) -> Resets:
    world, sealer = bench.world, bench.world.sealer()
    tools = Tools(SystemRandom(), sealer, world.logins, lambda kind, name: ids.reserved(NAMES, kind, name))
    vault = Vault(world.log, world.mapper(Author.WORKER), tools, RefusalDesk(lambda: 0.0))

    def connect(orders: Target, loan: Mapping[HelperOrders, Lent]) -> Connector:
        assert orders.means.login is not None
        assert loan[orders.means.login].password.reveal() == "svc's own"
        return ByHelper(bench.host)

    worker = ids.new()
    return Resets(vault, Lender(vault, sealer, worker), connect, worker, PACE, world.log.now)


async def test_a_password_that_nobody_knows_is_set_anew_by_whoever_changes_the_others() -> None:
    bench, reset_id = await in_doubt()
    look = bench.world.api.look(bench.owner.caller)
    resource = (await look.get(Account, bench.account)).resource_id
    svc = await bench.owner.does(AddAccount(resource_id=resource, username="svc", password=Secret("svc's own")))
    await bench.owner.does(SetResetWay(resource_id=resource, login_id=svc, elevation=Elevation.SUDO))
    await bench.owner.does(repair(bench))
    assert (await bench.finish(reset_id, worker_with_helpers(bench))).state is State.CONFIRMED
    topics = await bench.world.topics()
    assert topics.count("reset.requested") == 1, "no third password: the candidate is the one that it always was"
    assert topics[-2:] == ["reset.settled", "account.password-reset"]
    assert await bench.opens()


async def test_only_who_manages_the_account_asks_and_only_in_doubt() -> None:
    bench, _ = await in_doubt()
    alice = await bench.world.person(bench.owner, "alice", "administrator")
    with pytest.raises(NotFound):
        await alice.does(repair(bench))
    await bench.owner.does(GrantAccess(thing=OnAccount(bench.account), user_id=alice.id, level=Level.MODIFY))
    with pytest.raises(Refused):
        await alice.does(repair(bench))
    with pytest.raises(ReasonRequired):
        await bench.owner.does(repair(bench), reason="")
    await bench.owner.does(repair(bench))
    with pytest.raises(AttemptRunning):
        await bench.owner.does(repair(bench))
    calm_bench = await a_bench()
    with pytest.raises(ResetNotInDoubt):
        await calm_bench.owner.does(repair(calm_bench))
