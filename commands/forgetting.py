"""`strongroom keys shred`, `backup` and `restore`: forgetting for good, and copies of keys that do not undo it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from commands import naming
from commands.ground import Keys, opened, system
from commands.recovery import Ask, two_administrators
from commands.shredding import KINDS, BeginShredding, EndShredding, NoteKeyCopy
from commands.vault import Vault
from domain.base import Author
from domain.destinations import DestinationKind, Destinations
from domain.errors import NotFound
from domain.key_copies import KEPT
from domain.names import NameKind
from domain.provenance import Channel
from domain.shreddings import Forgettable, Shredding, ShreddingEnded
from ops import database
from ops.bus import AUDIT, BusAway
from ops.crypto import forgotten, key_copies
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.forgotten import Gone
from ops.crypto.key_store import Tier
from ops.crypto.keyring import scope_alone
from ops.ledger import shreds
from ops.ledger.shreds import Database
from ops.runtime import listening
from ops.runtime.keys import seed_of
from ops.runtime.nats import TELLER
from ops.runtime.process import StartError
from ops.runtime.seats import as_user
from ops.settings import Settings

PATIENCE = 10.0
"""Seconds that NATS gets to answer."""
NOT_FORGOTTEN = (
    "NATS does not answer, and its stream AUDIT names who is forgotten: start it, then run the same command again"
)
_IDS = {tier: f"select id from ledger.{tier}_keys where scope = %s order by id" for tier in Tier}
_EMPTIED = (
    b"set role ledger_owner", b"vacuum (full) ledger.event_keys", b"vacuum (full) ledger.secret_keys", b"reset role",
)  # fmt: skip
"""A deleted row stays in its table's file until something else is written there."""

Show = Callable[[str], bool]
Refold = Callable[[Settings], None]
"""Makes every read model anew, without what was forgotten."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be forgotten: a user by name or id, an account by id; and why."""

    kind: Forgettable
    which: str
    reason: str


@dataclass(frozen=True, slots=True)
class Shredded:
    """What came of it: how many keys are gone, and until when a copy of them is kept."""

    subject: UUID
    keys: int
    copies_until: date | None


def shred(settings: Settings, wanted: Wanted, ask: Ask, show: Show, refold: Refold) -> Shredded | None:
    """Interrupted anywhere, it goes on where it was. None when it was not agreed to: then nothing was changed."""
    with database.connect_now(database.ledger_url(settings, "migrate", limited=False)) as ledger:
        gone = asyncio.run(_begun(settings, ledger, wanted, ask, show))
        if gone is None:
            return None
        count = shreds.shred(ledger, scope_alone(gone.subject))
        for statement in _EMPTIED:
            ledger.execute(statement)
    refold(settings)
    asyncio.run(_told_anew(settings))
    return Shredded(gone.subject, count, asyncio.run(_ended(settings, gone.subject)))


async def _begun(settings: Settings, ledger: Database, wanted: Wanted, ask: Ask, show: Show) -> Gone | None:
    """On record, and remembered beside the keys."""
    caller = replace(system(Channel.COMMAND_LINE), reason=wanted.reason)
    async with opened(settings, Keys.read(settings, Author.SYSTEM)) as ground:
        subject = await _subject(ground.vault, wanted)
        found = await ground.vault.look(caller).find(Shredding, Shredding.create_id(subject))
        if found is not None and found.ended:
            raise ShreddingEnded
        lost = next((each for each in forgotten.remembered(settings.keys) if each.subject == subject), None)
        gone = lost or _gone(ledger, wanted.kind, subject)
        if found is not None:
            gone = Gone(wanted.kind, subject, found.event_keys, found.secret_keys)
        else:
            if not show(await _told(ground.vault, wanted, subject, lost)):
                return None
            begin = BeginShredding(
                subject_id=subject, kind=wanted.kind, event_keys=gone.event_keys, secret_keys=gone.secret_keys,
                approved_by=await two_administrators(ground.vault, caller, ask), lost=lost is not None,
            )  # fmt: skip
            await ground.vault.execute(begin, caller)
    forgotten.remember(settings.keys, gone)
    return gone


async def _told_anew(settings: Settings) -> None:
    """The stream that consumers on NATS read is in clear: whoever tells it makes it anew from the trail. StartError
    where events are told to one that does not answer: then the same command goes on from here."""
    if not (settings.keys / f"nats/{TELLER}.seed").exists():
        return
    bus = as_user(listening.as_noted(settings), TELLER, seed_of(settings, TELLER))
    await bus.start()
    try:
        await bus.comes_up(PATIENCE)
        await bus.delete(AUDIT)
    except BusAway as away:
        if await _tells(settings):
            raise StartError(NOT_FORGOTTEN) from away
    finally:
        await bus.close()


async def _tells(settings: Settings) -> bool:
    """Whether NATS is among the destinations."""
    async with opened(settings, Keys.read(settings, Author.SYSTEM)) as ground:
        look = ground.vault.look(system(Channel.COMMAND_LINE))
        known = await look.find(Destinations, Destinations.create_id())
    return known is not None and any(each.kind is DestinationKind.NATS for each in known.all)


async def _ended(settings: Settings, subject: UUID) -> date | None:
    async with opened(settings, Keys.read(settings, Author.SYSTEM)) as ground:
        end = EndShredding(log_id=settings.log_id, shredding_id=Shredding.create_id(subject))
        return (await ground.vault.execute(end, system(Channel.COMMAND_LINE))).value


async def _subject(vault: Vault, wanted: Wanted) -> UUID:
    """NotFound when there is no such user."""
    try:
        return UUID(wanted.which)
    except ValueError:
        pass
    work = vault.look(system(Channel.COMMAND_LINE))
    holder = await naming.holder_of(work, NameKind.USERNAME, wanted.which) if wanted.kind is Forgettable.USER else None
    if holder is None:
        raise NotFound(f"There is no {wanted.kind} {wanted.which!r}; one whose forgetting began is known by its id.")
    return holder


async def _told(vault: Vault, wanted: Wanted, subject: UUID, lost: Gone | None) -> str:
    """What is about to be lost, in a line."""
    if lost is not None:
        return f"the {wanted.kind} {subject}, once more: the log that said so was set back"
    thing = await vault.look(system(Channel.COMMAND_LINE)).find(KINDS[wanted.kind], subject)
    if thing is None:
        raise NotFound(f"There is no {wanted.kind} {subject}.")
    return f"the {wanted.kind} {thing.username} ({subject})"


def _gone(ledger: Database, kind: Forgettable, subject: UUID) -> Gone:
    ids = {tier: tuple(ledger.execute(_IDS[tier].encode(), (scope_alone(subject),))) for tier in Tier}
    events, secrets = (tuple(int(id) for (id,) in ids[tier]) for tier in (Tier.EVENT, Tier.SECRET))
    return Gone(kind, subject, events, secrets)


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy that was made, and the older ones that went."""

    path: Path
    keys: Mapping[Tier, int]
    removed: int


def backup(settings: Settings, folder: Path) -> Copied:
    """All data keys into a file below `folder`; copies older than 30 days go. The log knows of it first."""
    key_copies.refuse(folder)
    now = datetime.now(UTC)
    with database.connect_now(database.ledger_url(settings, "migrate", limited=False)) as ledger:
        copy = key_copies.take(ledger, settings.log_id, now)
    asyncio.run(_note(settings, copy))
    path = key_copies.put(folder, copy, now)
    return Copied(path, copy.counts, key_copies.prune(folder, now, KEPT))


async def _note(settings: Settings, copy: key_copies.Copy) -> None:
    counts = copy.counts
    note = NoteKeyCopy(
        log_id=settings.log_id, event_keys=counts[Tier.EVENT], secret_keys=counts[Tier.SECRET], digest=copy.digest
    )
    async with opened(settings, Keys.read(settings, Author.SYSTEM)) as ground:
        await ground.vault.execute(note, system(Channel.COMMAND_LINE))


def restore(settings: Settings, path: Path) -> int:
    """Put back the keys that are missing, and none that was forgotten: in one transaction. BadCopy."""
    keys = Keys.read(settings, Author.SYSTEM)
    found = key_copies.read(path, settings.log_id, {Tier.EVENT: keys.event_root, Tier.SECRET: keys.secret_root})
    reader = shreds.Reader(settings.log_id, keys.event_root, AuthorKeys.read(settings.keys, None))
    with database.connect_now(database.ledger_url(settings, "migrate", limited=False)) as ledger, ledger.transaction():
        back = key_copies.restore(ledger, found)
        return back - shreds.replay(ledger, reader, settings.keys)
