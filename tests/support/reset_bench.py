"""A vault, an account on a host in memory, and workers that can be killed or frozen at any moment."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from commands.accounts import AddAccount
from commands.disclosures import DisclosePassword
from commands.refusals import RefusalDesk
from commands.resets import OpenReset
from commands.resources import AddResource, PinHostKey
from commands.vault import Vault
from commands.work import Tools
from domain import ids
from domain.accounts import Account
from domain.base import Author
from domain.disclosures import Purpose
from domain.resets import Reset
from domain.resources import ResourceType
from domain.secrets import Secret
from ops.crypto.random import SystemRandom
from ops.ledger.log import Appended, EventLog, Idempotency, Record, Submission
from ops.ledger.memory import MemoryLog
from tests.support.fake_host import FakeConnector, FakeHost
from tests.support.vault import NAMES, Person, World
from workers.attempt import Pace
from workers.lending import Lender
from workers.resets import Resets

FIRST = "Correct horse 1"
HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAIV6XLhGzsBoQF2OIQcLH5hrSQ6WwvTyR/BEFc1kPsG"
PACE = Pace(between_guesses=timedelta(milliseconds=5))

Moment = Callable[[str], Awaitable[None]]


class Killed(BaseException):
    """The end of a process: nothing that it would do afterwards is done."""


@dataclass
class KillAt:
    """Lets a worker live up to its `number`th moment."""

    number: int
    passed: list[str] = field(default_factory=list)

    async def __call__(self, moment: str) -> None:
        self.passed.append(moment)
        if len(self.passed) == self.number:
            raise Killed(moment)


class WatchedLog:
    """The log, with a moment before and after each append."""

    def __init__(self, log: MemoryLog, at: Moment) -> None:
        self._log = log
        self._at = at

    @property
    def head(self) -> int:
        return self._log.head

    def now(self) -> datetime:
        return self._log.now()

    async def append(self, submission: Submission) -> Appended:
        topic = submission.rows[0].topic
        await self._at(f"before {topic}")
        appended = await self._log.append(submission)
        await self._at(f"after {topic}")
        return appended

    async def stream(self, stream: UUID, after: int = 0) -> list[Record]:
        return await self._log.stream(stream, after)

    async def heads(self, streams: Collection[UUID]) -> dict[UUID, int]:
        return await self._log.heads(streams)

    async def read(self, after: int, limit: int) -> list[Record]:
        return await self._log.read(after, limit)

    async def settle(self, key: Idempotency) -> None:
        await self._log.settle(key)

    def on_moved(self, callback: Callable[[UUID, int], None]) -> None:
        self._log.on_moved(callback)


@dataclass
class Bench:
    """One account, known to the vault and to the host by the same password."""

    world: World
    owner: Person
    account: UUID
    host: FakeHost

    def worker(self, at: Moment | None = None, pace: Pace = PACE) -> Resets:
        """Another worker process; `at` is told of its every moment."""
        sealer = self.world.sealer()
        tools = Tools(SystemRandom(), sealer, self.world.logins, lambda kind, name: ids.reserved(NAMES, kind, name))
        log: EventLog = self.world.log if at is None else WatchedLog(self.world.log, at)
        vault = Vault(log, self.world.mapper(Author.WORKER), tools, RefusalDesk(lambda: 0.0))
        host = self.host if at is None else FakeHost(self.host.passwords, self.host.tried, at, self.host.shortest)
        worker = ids.new()
        return Resets(
            vault, Lender(vault, sealer, worker), lambda *_: FakeConnector(host), worker, pace, self.world.log.now
        )

    async def open_reset(self) -> UUID:
        return await self.owner.does(OpenReset(account_id=self.account))

    async def reset(self, reset_id: UUID) -> Reset:
        return await self.world.worker.look(self.owner.caller).get(Reset, reset_id)

    async def finish(self, reset_id: UUID, worker: Resets | None = None, looks: int = 30) -> Reset:
        """Look whenever the worker wants to, until the reset has ended."""
        worker = worker or self.worker()
        for _ in range(looks):
            if (due := await worker.look(reset_id)) is None:
                break
            self.world.clock.at = max(self.world.clock.at, due)
        return await self.reset(reset_id)

    async def password(self) -> str:
        """What the vault discloses."""
        return (await self.owner.sees(DisclosePassword(account_id=self.account, purpose=Purpose.VIEW))).secret.reveal()

    async def opens(self) -> bool:
        """Whether the vault opens the account."""
        return self.host.opens("app1", await self.password())

    async def in_doubt(self) -> bool:
        return (await self.world.worker.look(self.owner.caller).get(Account, self.account)).in_doubt


async def a_bench(shortest: int = 1) -> Bench:
    world = World()
    owner = await world.administrator()
    resource = await owner.does(AddResource(name="web1", type=ResourceType.LINUX, address="web1.test"))
    await owner.does(PinHostKey(resource_id=resource, host_key=HOST_KEY))
    account = await owner.does(AddAccount(resource_id=resource, username="app1", password=Secret(FIRST)))
    return Bench(world, owner, account, FakeHost({"app1": FIRST}, shortest=shortest))
