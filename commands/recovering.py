"""`strongroom ledger recover`: shows what is lost, asks two administrators, begins the tree anew, records all that."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from commands.ground import Keys, opened, system
from commands.recovery import Ask, RecoverLog, two_administrators
from domain.base import Author
from domain.errors import ReadOnly
from domain.logs import Recovery
from domain.provenance import Channel
from domain.registry import AGGREGATES
from ops import database
from ops.ledger.topics import Topics
from ops.runtime.accounts import Account
from ops.settings import Settings
from ops.signer.recovery import Loss, NotRecovered, Progress, assess, begin_anew

SIGNED_WITHIN = 120.0


@dataclass(frozen=True, slots=True)
class Recovered:
    """What came of it."""

    loss: Loss
    position: int


def recover(settings: Settings, ask: Ask, show: Callable[[Loss], bool], progress: Progress) -> Recovered:
    """NotRecovered, or NotTwo: then nothing was changed. `show` says what is lost and whether to go on."""
    keys = Keys.read(settings, Author.SYSTEM)
    with database.connect_now(database.ledger_url(settings, "project", limited=False)) as ledger:
        folder = settings.signer_memory
        loss = assess(ledger, keys.log_id, Topics(AGGREGATES), keys.authors, folder, progress)
    if not show(loss):
        raise NotRecovered("it was not agreed to; nothing was changed")
    return asyncio.run(_agreed(settings, keys, loss, ask))


async def _agreed(settings: Settings, keys: Keys, loss: Loss, ask: Ask) -> Recovered:
    caller = system(Channel.COMMAND_LINE)
    async with opened(settings, keys) as ground:
        people = await two_administrators(ground.vault, caller, ask)
        await asyncio.to_thread(begin_anew, settings.signer_memory, loss, _owner(settings))
        recovery = Recovery(
            loss.old_name, loss.old_size, loss.old_root, loss.kept, loss.lost, loss.new_name, people,
            tuple(loss.admitted),
        )  # fmt: skip
        command = RecoverLog(log_id=keys.log_id, recovery=recovery)
        deadline = time.monotonic() + SIGNED_WITHIN
        while True:
            try:
                return Recovered(loss, (await ground.vault.execute(command, caller)).position)
            except ReadOnly as why:
                if time.monotonic() > deadline:
                    raise NotRecovered(f"the signer has not taken it up: {why}") from why
                await asyncio.sleep(0.25)


def _owner(settings: Settings) -> Account | None:
    """Whose the signer's folder is: root writes there for him."""
    found = settings.signer_memory.stat()
    return Account("", found.st_uid, found.st_gid) if os.geteuid() == 0 else None
