"""What a worker does about looks: under a lease, recorded before a password is used, ended with what was found."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import asyncssh
import pytest

from commands.accounts import AddAccount, ChangePassword
from commands.probes import BeginProbe, LookForHostKey, VerifyPassword
from commands.resets import BeginAttempt, FailReset, OpenReset
from commands.resources import AddResource, ChangeResource, PinHostKey
from commands.ways import SetJumpHost, SetResetWay
from domain import ids
from domain.accounts import BETWEEN_LOGINS
from domain.errors import Invalid, ProbedTooSoon, ProbeRunning, ResetAlreadyOpen
from domain.probes import BETWEEN_CALLS, TRIES, Outcome, Probe, Stage
from domain.resources import ResourceType
from domain.secrets import Secret
from domain.ways import Elevation
from tests.support.lab import LabHost
from tests.support.reset_bench import HOST_KEY
from tests.support.ssh_server import Manners, ssh_server
from tests.support.vault import Person, World
from workers import probes
from workers.connectors.base import Connector
from workers.connectors.examination import Examined, Examiner
from workers.connectors.login import Host, Timeouts
from workers.connectors.turns import Turns
from workers.lending import Lender
from workers.probes import Probes
from workers.reaching import by_ssh

QUICK = Timeouts(login=5)
KEY = asyncssh.generate_private_key("ssh-ed25519")
PUBLIC = KEY.export_public_key().decode().strip()


class Site:
    """A vault in memory with an account, and a worker that looks at whatever host it is given."""

    def __init__(self, world: World, owner: Person, resource: UUID, account: UUID) -> None:
        self.world = world
        self.owner = owner
        self.resource = resource
        self.account = account

    def worker(self, examine: Callable[[Host], Examiner]) -> Probes:
        worker = ids.new()
        lender = Lender(self.world.worker, self.world.sealer(), worker)
        return Probes(self.world.worker, lender, by_ssh(Turns()), examine, worker, self.world.log.now)

    async def probe(self, probe_id: UUID) -> Probe:
        return await self.world.worker.look(self.owner.caller).get(Probe, probe_id)


@pytest.fixture
async def site() -> Site:
    world = World()
    owner = await world.administrator()
    resource = await owner.does(AddResource(name="web1", type=ResourceType.LINUX, address="127.0.0.1"))
    await owner.does(PinHostKey(resource_id=resource, host_key=HOST_KEY))
    account = await owner.does(AddAccount(resource_id=resource, username="app1", password=Secret("right")))
    return Site(world, owner, resource, account)


class Scripted(Examiner):
    """Finds what it is told to, and notes what it was given."""

    def __init__(self, outcome: Outcome, given: list[str]) -> None:
        self._outcome = outcome
        self._given = given

    async def show_key(self) -> Examined:
        return Examined(self._outcome, [], HOST_KEY)

    async def sign_in(self, username: str, password: Secret, connector: Connector, direct: bool = True) -> Examined:
        self._given.append(f"{username}:{password.reveal()}")
        return Examined(self._outcome)


async def test_a_verification_is_recorded_before_the_password_is_used_and_when_it_ends(site: Site) -> None:
    given: list[str] = []
    probe = await site.owner.does(VerifyPassword(account_id=site.account))
    before = site.world.log.head
    assert await site.worker(lambda host: Scripted(Outcome.OPENED, given)).look(probe) is None
    assert await site.world.topics(before) == ["probe.begun", "probe.ended"]
    assert given == ["app1:right"]


async def test_a_changed_password_is_no_way_to_have_one_after_the_other_tried(site: Site) -> None:
    given: list[str] = []
    worker = site.worker(lambda host: Scripted(Outcome.REFUSED, given))
    await worker.look(await site.owner.does(VerifyPassword(account_id=site.account)))
    await site.owner.does(ChangePassword(account_id=site.account, password=Secret("another guess")))
    with pytest.raises(ProbedTooSoon, match="too often: wait"):
        await site.owner.does(VerifyPassword(account_id=site.account))
    site.world.clock.turn(BETWEEN_LOGINS + timedelta(seconds=1))
    await worker.look(await site.owner.does(VerifyPassword(account_id=site.account)))
    assert given == ["app1:right", "app1:another guess"]


async def test_while_one_runs_or_a_reset_does_none_is_begun(site: Site) -> None:
    await site.owner.does(VerifyPassword(account_id=site.account))
    with pytest.raises(ProbeRunning):
        await site.owner.does(VerifyPassword(account_id=site.account))
    await site.owner.does(OpenReset(account_id=site.account))
    with pytest.raises(ResetAlreadyOpen):
        await site.owner.does(VerifyPassword(account_id=site.account))


async def test_a_reset_that_was_opened_meanwhile_keeps_the_password_from_being_tried(site: Site) -> None:
    given: list[str] = []
    probe = await site.owner.does(VerifyPassword(account_id=site.account))
    await site.owner.does(OpenReset(account_id=site.account))
    await site.worker(lambda host: Scripted(Outcome.REFUSED, given)).look(probe)
    assert given == []
    assert (await site.probe(probe)).rests_until is None


async def test_a_look_waits_for_that_of_its_helper_as_a_reset_does(site: Site) -> None:
    """Nothing is asked of the log for it, and the helper's old password is not tried."""
    given: list[str] = []
    svc = await site.owner.does(AddAccount(resource_id=site.resource, username="svc", password=Secret("svc's")))
    await site.owner.does(SetResetWay(resource_id=site.resource, login_id=svc, elevation=Elevation.SUDO))
    probe = await site.owner.does(VerifyPassword(account_id=site.account))
    reset = await site.owner.does(OpenReset(account_id=svc))
    worker, before = site.worker(lambda host: Scripted(Outcome.OPENED, given)), site.world.log.head
    due = await worker.look(probe)
    assert due is not None
    assert due > site.world.log.now()
    assert (await site.world.topics(before), given) == ([], [])
    attempt = (await site.world.performs(BeginAttempt(reset_id=reset, lease=timedelta(minutes=1)))).attempt
    await site.world.performs(FailReset(reset_id=reset, attempt=attempt, because="It fails.", error="Unreachable"))
    assert await worker.look(probe) is None
    assert given == ["app1:right"]


async def test_a_look_whose_own_account_is_being_reset_ends_although_its_helper_is_too(site: Site) -> None:
    svc = await site.owner.does(AddAccount(resource_id=site.resource, username="svc", password=Secret("svc's")))
    await site.owner.does(SetResetWay(resource_id=site.resource, login_id=svc, elevation=Elevation.SUDO))
    probe = await site.owner.does(VerifyPassword(account_id=site.account))
    for account in (svc, site.account):
        await site.owner.does(OpenReset(account_id=account))
    assert await site.worker(lambda host: Scripted(Outcome.OPENED, [])).look(probe) is None
    assert not (await site.probe(probe)).open


async def test_the_present_password_is_tried_whatever_it_was_when_somebody_asked(site: Site) -> None:
    given: list[str] = []
    probe = await site.owner.does(VerifyPassword(account_id=site.account))
    await site.owner.does(ChangePassword(account_id=site.account, password=Secret("newer")))
    await site.worker(lambda host: Scripted(Outcome.OPENED, given)).look(probe)
    assert given == ["app1:newer"]


async def test_what_a_worker_left_behind_is_taken_up_and_in_the_end_given_up(site: Site) -> None:
    """Each begun look may have cost a login: after three no password is tried any more."""
    given: list[str] = []
    worker = site.worker(lambda host: Scripted(Outcome.OPENED, given))
    probe = await site.owner.does(VerifyPassword(account_id=site.account))
    for _ in range(TRIES):
        await site.world.performs(BeginProbe(probe_id=probe, lease=timedelta(seconds=10)))
        due = await worker.look(probe)
        assert due is not None
        site.world.clock.at = due
    assert await worker.look(probe) is None
    assert given == []
    assert not (await site.probe(probe)).open


async def test_a_look_that_takes_longer_than_its_lease_is_cut_off(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(Scripted):
        async def sign_in(self, username: str, password: Secret, connector: Connector, direct: bool = True) -> Examined:
            await asyncio.sleep(60)
            raise AssertionError

    monkeypatch.setattr(probes, "LEASE", timedelta(seconds=0.05))
    probe = await site.owner.does(VerifyPassword(account_id=site.account))
    assert await site.worker(lambda host: Slow(Outcome.OPENED, [])).look(probe) is not None
    assert (await site.probe(probe)).open


async def test_a_host_key_is_looked_for_without_any_password(site: Site) -> None:
    given: list[str] = []
    probe = await site.owner.does(LookForHostKey(resource_id=site.resource))
    await site.worker(lambda host: Scripted(Outcome.SHOWN, given)).look(probe)
    (event,) = [event for event in await site.world.events() if isinstance(event, Probe.Ended)]
    assert (event.host_key, event.outcome, given) == (HOST_KEY, Outcome.SHOWN, [])
    await site.owner.does(
        ChangeResource(resource_id=site.resource, name="web1", type=ResourceType.LINUX, address="127.0.0.1", port=23)
    )
    with pytest.raises(ProbedTooSoon, match="a moment ago: wait"):
        await site.owner.does(LookForHostKey(resource_id=site.resource))


async def test_what_cannot_be_verified_is_refused_when_somebody_asks(site: Site) -> None:
    await site.owner.does(PinHostKey(resource_id=site.resource, host_key=None))
    with pytest.raises(Invalid, match="Pin the resource's host key"):
        await site.owner.does(VerifyPassword(account_id=site.account))


async def test_who_may_not_sign_in_himself_is_verified_by_su(web1: LabHost) -> None:
    """Root is refused over SSH there whatever its password: that alone says nothing about it."""
    world = World()
    owner = await world.administrator()
    resource = await owner.does(AddResource(name="web1", type=ResourceType.LINUX, address=web1.address, port=web1.port))
    await owner.does(PinHostKey(resource_id=resource, host_key=web1.host_keys["ed25519"]))
    root, svc = [
        await owner.does(AddAccount(resource_id=resource, username=name, password=Secret(web1.passwords[name])))
        for name in ("root", "svc")
    ]
    await owner.does(SetResetWay(resource_id=resource, login_id=svc, elevation=Elevation.SU, root_id=root))
    site, before = Site(world, owner, resource, root), world.log.head
    probe = await owner.does(VerifyPassword(account_id=root))
    await site.worker(Examiner).look(probe)
    ended = [event for event in await world.events(before) if isinstance(event, Probe.Ended)]
    assert [event.outcome for event in ended] == [Outcome.OPENED], ended
    assert "helper-password.used" in await world.topics(before)
    assert await world.topics(before) == [
        "probe.requested",
        "probe.begun",
        *["helper-password.used"] * 2,
        "probe.ended",
    ]


# Over a jump host


@dataclass
class Behind:
    """A resource behind a real jump host of our own, where `hop` signs in; a worker that looks for its host key."""

    site: Site
    jump: UUID
    hop: UUID
    manners: Manners
    port: int

    async def asked(self) -> UUID:
        return await self.site.owner.does(LookForHostKey(resource_id=self.site.resource))

    async def look(self, probe: UUID) -> datetime | None:
        return await self.site.worker(lambda host: Examiner(host, QUICK)).look(probe)

    async def left_behind(self, probe: UUID, times: int) -> None:
        world = self.site.world
        for _ in range(times):
            errand = await world.performs(BeginProbe(probe_id=probe, lease=timedelta(seconds=10)))
            world.clock.at = errand.until

    async def ended(self) -> Probe.Ended:
        return [event for event in await self.site.world.events() if isinstance(event, Probe.Ended)][-1]

    async def untouched(self, error: str) -> None:
        """It ended with that, and nobody was spoken to."""
        ended = await self.ended()
        assert (ended.outcome, ended.host_key) == (Outcome.UNKNOWN, None)
        assert [(each.stage, each.error) for each in ended.findings] == [(Stage.WAY, error)]
        assert (self.manners.offered, self.manners.let_on) == ([], [])


@pytest.fixture
async def behind(site: Site) -> AsyncIterator[Behind]:
    manners, owner = Manners(lets_on=True), site.owner
    async with ssh_server(manners, KEY) as port, ssh_server(Manners(), KEY) as target:
        where = AddResource(name="jump", type=ResourceType.LINUX, address="127.0.0.1", port=port)
        jump = await owner.does(where)
        await owner.does(PinHostKey(resource_id=jump, host_key=PUBLIC))
        hop = await owner.does(AddAccount(resource_id=jump, username="hop", password=Secret("right")))
        await owner.does(SetResetWay(resource_id=jump, login_id=hop))
        moved = ChangeResource(
            resource_id=site.resource, name="web1", type=ResourceType.LINUX, address="127.0.0.1", port=target
        )
        await owner.does(moved)
        await owner.does(SetJumpHost(resource_id=site.resource, jump_id=jump))
        yield Behind(site, jump, hop, manners, target)


async def test_a_host_key_is_looked_for_over_a_jump_host_and_the_use_is_recorded_first(behind: Behind) -> None:
    probe = await behind.asked()
    before = behind.site.world.log.head
    assert await behind.look(probe) is None
    assert await behind.site.world.topics(before) == ["probe.begun", "helper-password.used", "probe.ended"]
    ended = await behind.ended()
    assert (ended.outcome, ended.host_key) == (Outcome.SHOWN, PUBLIC), ended.findings
    assert behind.manners.offered == ["right"]
    assert behind.manners.let_on == [("127.0.0.1", behind.port)] * 2
    with pytest.raises(ProbedTooSoon, match="a moment ago: wait"):
        await behind.asked()


async def test_a_look_over_a_jump_host_waits_while_whoever_signs_in_there_is_reset(behind: Behind) -> None:
    world = behind.site.world
    probe = await behind.asked()
    reset = await behind.site.owner.does(OpenReset(account_id=behind.hop))
    before = world.log.head
    due = await behind.look(probe)
    assert due is not None
    assert due > world.log.now()
    assert (await world.topics(before), behind.manners.offered) == ([], [])
    attempt = (await world.performs(BeginAttempt(reset_id=reset, lease=timedelta(minutes=1)))).attempt
    await world.performs(FailReset(reset_id=reset, attempt=attempt, because="It fails.", error="Unreachable"))
    assert await behind.look(probe) is None
    assert (await behind.ended()).outcome is Outcome.SHOWN


async def test_a_password_that_a_jump_host_refused_is_not_tried_by_the_next_look(behind: Behind) -> None:
    behind.manners.password = "another"
    await behind.look(await behind.asked())
    assert [(each.stage, each.error) for each in (await behind.ended()).findings] == [(Stage.WAY, "HelperRefused")]
    assert behind.manners.offered == ["right"]
    behind.manners.offered.clear()
    behind.site.world.clock.turn(BETWEEN_CALLS + timedelta(seconds=1))
    probe, before = await behind.asked(), behind.site.world.log.head
    await behind.look(probe)
    assert await behind.site.world.topics(before) == ["probe.begun", "probe.ended"], "nothing was opened"
    await behind.untouched("HelperHeld")


async def test_a_look_over_a_jump_host_where_nobody_signs_in_any_more_ends_with_that(behind: Behind) -> None:
    await behind.site.owner.does(SetResetWay(resource_id=behind.jump))
    await behind.look(await behind.asked())
    await behind.untouched("WayBroken")


async def test_the_third_look_is_made_when_two_were_left_behind(behind: Behind) -> None:
    probe = await behind.asked()
    await behind.left_behind(probe, TRIES - 1)
    assert await behind.look(probe) is None
    assert (await behind.ended()).outcome is Outcome.SHOWN


async def test_after_three_looks_that_were_left_behind_nobody_signs_in_on_the_jump_host_any_more(
    behind: Behind,
) -> None:
    world = behind.site.world
    probe = await behind.asked()
    await behind.left_behind(probe, TRIES)
    before = world.log.head
    assert await behind.look(probe) is None
    assert await world.topics(before) == ["probe.begun", "probe.ended"]
    assert [each.error for each in (await behind.ended()).findings] == ["GivenUp"]
    assert behind.manners.offered == []
