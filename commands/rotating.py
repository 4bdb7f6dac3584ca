"""`strongroom keys rotate`: a new version of a root, and all keys of its tier under it, while the vault is used."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from commands.ground import Keys, opened, system
from commands.recovery import Ask, two_administrators
from commands.rotation import BeginRotation, EndRotation
from commands.work import Work
from domain.base import Author
from domain.keys import KeyRotation
from domain.provenance import Channel
from ops import database
from ops.crypto import rewrapping, roots
from ops.crypto.key_store import Tier
from ops.crypto.rewrapping import Database, Progress
from ops.ledger.errors import KeysMoved
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
    caller = system(Channel.COMMAND_LINE)
    used = _used(ledger, tier)
    _refuse_older(settings, tier, used)
    async with opened(settings, Keys.read(settings, Author.SYSTEM)) as ground:
        look = ground.vault.look(caller)
        version = used if await _goes_on(look, settings.log_id, tier, used) else used + 1
        rotation = KeyRotation.create_id(settings.log_id, tier, version)
        if await look.find(KeyRotation, rotation) is None:
            people = await two_administrators(ground.vault, caller, ask)
            begin = BeginRotation(log_id=settings.log_id, tier=tier, version=version, approved_by=people)
            await ground.vault.execute(begin, caller)
    if roots.read(settings, tier).newest() < version:
        roots.extend(settings, tier)
    say(f"Version {version} of the {tier} root is there: {roots.to_be_copied(settings, tier)}.")
    say("Waiting for every process to know it.")
    await asyncio.to_thread(rewrapping.alone, ledger, tier, version, PATIENCE)
    root = roots.read(settings, tier)
    count = await asyncio.to_thread(rewrapping.rewrap, ledger, tier, root, settings.log_id, progress)
    async with opened(settings, Keys.read(settings, Author.SYSTEM)) as ground:
        await ground.vault.execute(EndRotation(rotation_id=rotation, count=count), caller)
    return Rotated(tier, version, count)


async def _goes_on(work: Work, log_id: UUID, tier: Tier, used: int) -> bool:
    """Whether the rotation to the version that is used was begun and is not on the record as done."""
    rotation = await work.find(KeyRotation, KeyRotation.create_id(log_id, tier, used))
    return rotation is not None and not rotation.ended


def _used(ledger: Database, tier: Tier) -> int:
    ((version,),) = ledger.execute(_VERSION, (tier,)).fetchall()
    return int(version)


def _refuse_older(settings: Settings, tier: Tier, used: int) -> None:
    """Nothing may be made behind a version that is missing: what lies under it would be lost."""
    if (held := roots.read(settings, tier).newest()) < used:
        raise KeysMoved(
            f"the {tier} root has version {held}, but {tier} keys lie under {used}: put the newer file back"
        )
