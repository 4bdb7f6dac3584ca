"""What every process that appends stands on: the keys it may read, the log, and the one door over both."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from commands.base import Caller
from commands.refusals import RefusalDesk
from commands.runs import NoteStart, NoteStop
from commands.vault import Vault
from commands.work import Tools
from domain import ids
from domain.base import Author
from domain.errors import ReadOnly, StrongroomError, WrongRoots
from domain.logs import Log as LogStream
from domain.provenance import SYSTEM_ID, ActorKind, Channel
from domain.registry import AGGREGATES
from ops import database
from ops.crypto import roots
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring, name_key
from ops.crypto.logins import Logins
from ops.crypto.providers.base import Root
from ops.crypto.random import SystemRandom
from ops.crypto.root_locks import holding_roots
from ops.crypto.sealer import Sealer
from ops.database import Pool
from ops.ledger.errors import LedgerError
from ops.ledger.mapper import Mapper
from ops.ledger.postgres import PostgresLog
from ops.ledger.topics import Topics
from ops.logging import Log
from ops.migrations import promises
from ops.product import VERSION
from ops.proof.watch import Trusted, Watch
from ops.settings import Settings

AGAIN = 1.0

log = Log("strongroom.ground")


@dataclass(frozen=True, slots=True)
class Keys:
    """What only whoever started the process can read: both roots, and every author's key to check signatures by."""

    log_id: UUID
    event_root: Root
    secret_root: Root
    authors: AuthorKeys
    trusted: Trusted | None = None
    """Whose signatures under the log count; None where nothing waits for them."""

    @classmethod
    def read(cls, settings: Settings, me: Author) -> Self:
        """The keys of a process that writes as `me`; KeyFileError says what is wrong with a file."""
        folder = settings.keys
        both = roots.read(settings, Tier.EVENT), roots.read(settings, Tier.SECRET)
        trusted = None if me is Author.SYSTEM else Trusted.read(settings)
        return cls(settings.log_id, *both, AuthorKeys.read(folder, me), trusted)

    @property
    def versions(self) -> dict[Tier, int]:
        return {Tier.EVENT: self.event_root.newest(), Tier.SECRET: self.secret_root.newest()}


@dataclass(frozen=True, slots=True)
class Ground:
    """The log and its door, as one process holds them."""

    pool: Pool
    log: PostgresLog
    event_keys: Keyring
    sealer: Sealer
    topics: Topics
    mapper: Mapper
    vault: Vault


@asynccontextmanager
async def opened(
    settings: Settings, keys: Keys, largest: int = 4, on_forked: Callable[[], None] = lambda: None
) -> AsyncIterator[Ground]:
    """Until left; raises Away when the log's server does not answer."""
    url = database.ledger_url(settings, "append")
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(holding_roots(url, keys.versions))
        pool = await stack.enter_async_context(database.pool(url, largest=largest))
        log = await stack.enter_async_context(PostgresLog(url, on_forked))
        logins, topics = Logins(), Topics(AGGREGATES)
        stack.callback(logins.close)
        event_keys = Keyring(Tier.EVENT, keys.event_root, keys.log_id, PostgresKeyStore(pool, Tier.EVENT))
        secret_keys = Keyring(Tier.SECRET, keys.secret_root, keys.log_id, PostgresKeyStore(pool, Tier.SECRET))
        for ring in (event_keys, secret_keys):
            stack.push_async_callback(_told, ring)
        sealer, names = Sealer(keys.log_id, secret_keys), name_key(keys.event_root, keys.log_id)
        tools = Tools(SystemRandom(), sealer, logins, lambda kind, name: ids.reserved(names, kind, name))
        mapper = Mapper(keys.log_id, event_keys, keys.authors, topics)
        proof = None if keys.trusted is None else await stack.enter_async_context(_watched(url, keys.trusted))
        vault = Vault(log, mapper, tools, RefusalDesk(time.monotonic), proof)
        yield Ground(pool, log, event_keys, sealer, topics, mapper, vault)


async def _told(ring: Keyring) -> None:
    """What it has sealed since it last told; a log that is away is told less than is true."""
    with suppress(LedgerError):
        await ring.count_uses()


@asynccontextmanager
async def _watched(url: str, trusted: Trusted) -> AsyncIterator[Watch]:
    watch = Watch(url, trusted)
    running = asyncio.create_task(watch.run())
    try:
        yield watch
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await watch.close()


@asynccontextmanager
async def serving(settings: Settings, keys: Keys, ground: Ground, process: str) -> AsyncIterator[UUID]:
    """A run of this process: seen to be over the right log, and on the record from its start to its stop."""
    caller = system(Channel.WORKER if process == "worker" else Channel.API)
    await asyncio.to_thread(promises.check_roles, database.ledger_url(settings, "append"))
    opened_as = await _check_log(ground.vault, caller, keys)
    try:
        opened_as.check_policy(keys.trusted.policy_text if keys.trusted else "")
    except ReadOnly as why:
        log.error("the witnesses are not those that were agreed on", problem=str(why))
        ground.vault.shut(why)
    start = NoteStart(process=process, product_version=VERSION)
    try:
        recorded = Recorded((await ground.vault.execute(start, caller)).value)
    except ReadOnly as why:
        log.error("nothing can be recorded", problem=str(why))
        recorded = Recorded(None)
    later = asyncio.create_task(recorded.once_it_can_be(ground.vault, start, caller))
    yield recorded.run or ids.new()
    later.cancel()
    if recorded.run is not None:
        with suppress(StrongroomError):  # a log that is away or was set back learns of it by the next start
            await ground.vault.execute(NoteStop(run_id=recorded.run, because="asked to"), caller)


@dataclass(slots=True)
class Recorded:
    """This process's run; None while nothing can be recorded."""

    run: UUID | None

    async def once_it_can_be(self, vault: Vault, start: NoteStart, caller: Caller) -> None:
        """A log that is read-only is served to readers; that we started is recorded before anything else can be."""
        while self.run is None:
            await asyncio.sleep(AGAIN)
            with suppress(StrongroomError):
                self.run = (await vault.execute(start, caller)).value


async def _check_log(vault: Vault, caller: Caller, keys: Keys) -> LogStream:
    """Nothing is written to a log that nobody has opened, or under the roots of another one."""
    found = await vault.look(caller).find(LogStream, LogStream.create_id(keys.log_id))
    if found is None:
        raise WrongRoots("This log has not been opened yet: `strongroom up` does that.")
    found.check_roots(keys.event_root.fingerprint(), keys.secret_root.fingerprint())
    return found


def system(channel: Channel) -> Caller:
    """The actor of what Strongroom does by itself."""
    return Caller(kind=ActorKind.SYSTEM, id=SYSTEM_ID, channel=channel)
