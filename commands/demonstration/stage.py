"""Where the year is played: a real vault over a log in memory, under the keys of the log that it is for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from commands.base import Caller, Command
from commands.ground import Keys
from commands.refusals import RefusalDesk
from commands.vault import Vault
from commands.work import Logins, Random, Tools
from domain import ids
from domain.base import Author
from domain.provenance import NOBODY_ID, SYSTEM_ID, ActorKind, Channel
from domain.registry import AGGREGATES
from domain.secrets import Secret
from ops.crypto.key_store import MemoryKeyStore, Tier
from ops.crypto.keyring import Keyring, name_key
from ops.crypto.random import SystemRandom
from ops.crypto.sealer import Sealer
from ops.ledger.mapper import Mapper
from ops.ledger.memory import MemoryLog
from ops.ledger.topics import Topics
from ops.settings import Settings

T = TypeVar("T")
INSIDE, OUTSIDE = "192.0.2.0/24", "203.0.113.0/24"


@dataclass
class Clock:
    """Goes where the story is, and never back."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def to(self, moment: datetime) -> None:
        self.at = max(self.at, moment)

    def turn(self, by: timedelta) -> None:
        self.at += by


@dataclass
class Remembering:
    """Real verifiers, made slowly; who comes in by one that was made here is known without the slow hash."""

    logins: Logins
    made: dict[str, Secret] = field(default_factory=dict)

    async def hash(self, password: Secret) -> str:
        verifier = await self.logins.hash(password)
        self.made[verifier] = password
        return verifier

    async def verify(self, verifier: str | None, password: Secret) -> bool:
        return verifier is not None and self.made.get(verifier) == password


class Stage:
    """The processes of one vault, and everybody who comes to them."""

    def __init__(self, settings: Settings, logins: Logins, begins: datetime) -> None:
        self.settings = settings
        self.clock = Clock(begins)
        self.log = MemoryLog(self.clock)
        self.keys = {tier: MemoryKeyStore() for tier in Tier}
        self.random: Random = SystemRandom()
        self._logins = Remembering(logins)
        self.api, self.worker, self.system = map(self._process, (Author.API, Author.WORKER, Author.SYSTEM))

    async def as_system(self, command: Command[T], vault: Vault, channel: Channel, why: str | None = None) -> T:
        """Strongroom does it by itself."""
        caller = Caller(kind=ActorKind.SYSTEM, id=SYSTEM_ID, channel=channel, reason=why)
        return (await vault.execute(command, caller)).value

    async def as_worker(self, run: UUID, command: Command[T]) -> T:
        caller = Caller(kind=ActorKind.WORKER, id=run, channel=Channel.WORKER)
        return (await self.worker.execute(command, caller)).value

    async def as_nobody(self, command: Command[T], source: str = INSIDE) -> T:
        """Somebody who has not signed in."""
        caller = Caller(kind=ActorKind.NOBODY, id=NOBODY_ID, channel=Channel.CONSOLE, source=source)
        return (await self.api.execute(command, caller)).value

    def _process(self, author: Author) -> Vault:
        keys = Keys.read(self.settings, author)
        event_keys = Keyring(Tier.EVENT, keys.event_root, keys.log_id, self.keys[Tier.EVENT])
        secret_keys = Keyring(Tier.SECRET, keys.secret_root, keys.log_id, self.keys[Tier.SECRET])
        sealer, names = Sealer(keys.log_id, secret_keys), name_key(keys.event_root, keys.log_id)
        tools = Tools(self.random, sealer, self._logins, lambda kind, name: ids.reserved(names, kind, name))
        mapper = Mapper(keys.log_id, event_keys, keys.authors, Topics(AGGREGATES))
        return Vault(self.log, mapper, tools, RefusalDesk(lambda: self.clock().timestamp()))
