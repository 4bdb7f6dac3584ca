"""A vault in memory: the real Vault, mapper and keys over the log's twin, with a clock that tests turn."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from commands.base import Caller, Closed, Command, Done
from commands.invitations import AcceptInvitation, NewInvitation
from commands.refusals import RefusalDesk
from commands.set_up import SetUp
from commands.sign_ins import SignedIn, SignInWithPassword
from commands.users import AddUser
from commands.vault import Opened, Vault
from commands.work import Tools
from domain import ids
from domain.access import PASSWORD_USER
from domain.base import Author, Event
from domain.provenance import NOBODY_ID, SYSTEM_ID, ActorKind, Channel
from domain.registry import AGGREGATES
from domain.secrets import Secret
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import MemoryKeyStore, Tier
from ops.crypto.keyring import Keyring
from ops.crypto.providers.file import FileRoot
from ops.crypto.random import SystemRandom
from ops.crypto.sealer import Sealer
from ops.ledger.log import EventLog
from ops.ledger.mapper import Mapper
from ops.ledger.memory import MemoryLog
from ops.ledger.topics import Topics

T = TypeVar("T")
START = datetime(2026, 7, 1, 9, tzinfo=UTC)
OWN = "correct horse battery"
NAMES = b"n" * 32
WORKER_ID = UUID("018f0000-0000-7000-8000-00000000000a")
TOPICS = Topics(AGGREGATES)


class FastLogins:
    """People's passwords without argon2id's price; counts its work, which must not depend on whether a name exists."""

    def __init__(self) -> None:
        self.verified = 0

    async def hash(self, password: Secret) -> str:
        return hashlib.sha256(password.reveal().encode()).hexdigest()

    async def verify(self, verifier: str | None, password: Secret) -> bool:
        self.verified += 1
        return verifier is not None and verifier == await self.hash(password)


@dataclass
class Clock:
    """Stands still until it is turned."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def turn(self, by: timedelta) -> None:
        self.at += by


@dataclass
class World:
    """One log and the processes that write to it: two that serve people, a worker, and the supervisor."""

    clock: Clock = field(default_factory=Clock)
    logins: FastLogins = field(default_factory=FastLogins)
    log_id: UUID = field(default_factory=ids.new)

    def __post_init__(self) -> None:
        self.log = MemoryLog(self.clock)
        self.event_keys, self.secret_keys = MemoryKeyStore(), MemoryKeyStore()
        self.api = self.process(Author.API)
        self.worker = self.process(Author.WORKER)
        self.system = self.process(Author.SYSTEM)

    def process(self, author: Author, log: EventLog | None = None) -> Vault:
        """Another process on the same log, with a cache of its own."""
        tools = Tools(SystemRandom(), self.sealer(), self.logins, lambda kind, name: ids.reserved(NAMES, kind, name))
        return Vault(log or self.log, self.mapper(author), tools, RefusalDesk(lambda: self.clock().timestamp()))

    def mapper(self, author: Author) -> Mapper:
        keyring = Keyring(Tier.EVENT, FileRoot(b"e" * 32), self.log_id, self.event_keys)
        authors = {each: bytes([each]) * 32 for each in Author}
        return Mapper(self.log_id, keyring, AuthorKeys(author, authors), TOPICS)

    def sealer(self) -> Sealer:
        return Sealer(self.log_id, Keyring(Tier.SECRET, FileRoot(b"s" * 32), self.log_id, self.secret_keys))

    async def events(self, after: int = 0) -> list[Event]:
        """All that the log holds behind `after`, opened."""
        return await self.mapper(Author.API).open_many(await self.log.read(after, 100_000))

    async def topics(self, after: int = 0) -> list[str]:
        return [event.TOPIC for event in await self.events(after)]

    async def set_up(self, password: Secret | None = None) -> NewInvitation | None:
        command = SetUp(log_id=self.log_id, product_version="1", event_root=b"e", secret_root=b"s", password=password)
        return (await self.system.execute(command, SYSTEM)).value

    async def administrator(self) -> Person:
        """A vault that has just been set up, and its first administrator, signed in."""
        await self.set_up(Secret(OWN))
        return await self.enter("admin")

    async def enter(self, username: str, password: str = OWN) -> Person:
        """Sign somebody in."""
        signed_in = (await self.api.execute(sign_in(username, password), nobody())).value
        return Person(self, signed_in)

    async def person(self, by: Person, username: str, *roles: str) -> Person:
        """Somebody new, who has taken up his invitation and signed in."""
        wanted = frozenset(roles or {PASSWORD_USER})
        invited = await by.does(AddUser(username=username, display_name=username.title(), roles=wanted))
        accept = AcceptInvitation(token=Secret(invited.token), password=Secret(OWN))
        await self.api.execute(accept, nobody())
        return await self.enter(username)

    async def performs(self, command: Command[T], worker: UUID = WORKER_ID) -> T:
        """A worker does it."""
        caller = Caller(kind=ActorKind.WORKER, id=worker, channel=Channel.WORKER)
        return (await self.worker.execute(command, caller)).value


@dataclass
class Person:
    """Somebody who is signed in."""

    world: World
    signed_in: SignedIn
    vault: Vault | None = None

    @property
    def id(self) -> UUID:
        return self.signed_in.user_id

    @property
    def caller(self) -> Caller:
        return Caller(
            kind=ActorKind.USER,
            id=self.id,
            channel=Channel.API,
            session=self.signed_in.session_id,
            reason="because",
            source="192.0.2.0/24",
        )

    async def does(self, command: Command[T], **changes: Any) -> T:
        """Have the vault do it; answers with the command's value."""
        return (await self.done(command, **changes)).value

    async def done(self, command: Command[T], **changes: Any) -> Done[T]:
        return await (self.vault or self.world.api).execute(command, replace(self.caller, **changes))

    async def sees(self, command: Command[Closed], **changes: Any) -> Opened:
        """Have the vault disclose; answers with the open password."""
        return (await (self.vault or self.world.api).disclose(command, replace(self.caller, **changes))).value


SYSTEM = Caller(kind=ActorKind.SYSTEM, id=SYSTEM_ID, channel=Channel.COMMAND_LINE)


def nobody(source: str = "192.0.2.0/24") -> Caller:
    return Caller(kind=ActorKind.NOBODY, id=NOBODY_ID, channel=Channel.API, source=source)


def sign_in(username: str, password: str = OWN, *, loopback: bool = False) -> SignInWithPassword:
    return SignInWithPassword(
        username=username, password=Secret(password), address="192.0.2.7", agent="a browser", loopback=loopback
    )
