"""Noting each hour that we run. Any number of workers may: an hour is noted once."""

from __future__ import annotations

import asyncio

from commands.base import Caller
from commands.runs import NoteHeartbeat
from commands.vault import Vault
from domain.errors import StrongroomError
from ops.logging import Log

EVERY = 60.0

log = Log("strongroom.schedules")


async def beat(vault: Vault, caller: Caller) -> None:
    """Until cancelled. What cannot be recorded now is tried again in a minute."""
    while True:
        try:
            await vault.execute(NoteHeartbeat(), caller)
        except StrongroomError as trouble:
            log.warning("this hour is not noted yet", problem=type(trouble).__name__)
        await asyncio.sleep(EVERY)
