"""`strongroom keys rotate`: a new version of a root, and all keys of its tier under it, while the vault is used."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from commands.ground import Keys, opened, system
from commands.recovery import Ask, two_administrators
from commands.rotation import BeginRotation, EndRotation
from domain.base import Author
from domain.keys import KeyRotation
from domain.provenance import Channel
from ops import database
from ops.crypto import keyfiles, rewrapping
from ops.crypto.key_store import Tier
from ops.crypto.providers.file import FileRoot
from ops.crypto.rewrapping import Database, Progress
from ops.settings import Settings

PATIENCE = 180.0
"""Seconds that processes get to start anew with the new version."""
_VERSION = "select version from ledger.key_versions where tier = %s"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rotated:
    """What came of it: the version under which all keys lie now, and how many were brought there."""

    tier: Tier
    version: int
    count: int


def rotate(settings: Settings, tier: Tier, ask: Ask, say: Say, progress: Progress) -> Rotated:
    """Interrupted anywhere, it goes on where it was. KeysInUse names who does not know the new version yet."""
    with database.connect_now(database.ledger_url(settings, "migrate", limited=False)) as ledger:
        return asyncio.run(_rotate(settings, ledger, tier, ask, say, progress))


async def _rotate(settings: Settings, ledger: Database, tier: Tier, ask: Ask, say: Say, progress: Progress) -> Rotated:
    path, caller = settings.keys / f"{tier}.root", system(Channel.COMMAND_LINE)
    root = FileRoot.read(path)
    version = _wanted(ledger, tier, root)
    async with opened(settings, Keys.read(settings, Author.SYSTEM)) as ground:
        rotation = KeyRotation.create_id(settings.log_id, tier, version)
        if await ground.vault.look(caller).find(KeyRotation, rotation) is None:
            people = await two_administrators(ground.vault, caller, ask)
            if version > root.newest():
                keyfiles.extend(path)
                root = FileRoot.read(path)
            begin = BeginRotation(log_id=settings.log_id, tier=tier, version=version, approved_by=people)
            await ground.vault.execute(begin, caller)
    say(f"Version {version} of {path} is there: copy the file to your safe. Waiting for every process to know it.")
    await asyncio.to_thread(rewrapping.alone, ledger, tier, version, PATIENCE)
    count = await asyncio.to_thread(rewrapping.rewrap, ledger, tier, root, settings.log_id, progress)
    async with opened(settings, Keys.read(settings, Author.SYSTEM)) as ground:
        await ground.vault.execute(EndRotation(rotation_id=rotation, count=count), caller)
    return Rotated(tier, version, count)


def _wanted(ledger: Database, tier: Tier, root: FileRoot) -> int:
    """The version that the file has and not all keys lie under; else the next one."""
    row = ledger.execute(_VERSION, (tier,)).fetchone()
    unfinished = (row is not None and row[0] < root.newest()) or rewrapping.outdated(ledger, tier, root.newest())
    return root.newest() if unfinished else root.newest() + 1
