"""Noting each hour that we run. Any number of workers may: an hour is noted once, and names the one before it."""

from __future__ import annotations

import asyncio
from datetime import datetime

from commands.base import Caller
from commands.runs import NoteHeartbeat
from commands.vault import Vault
from domain.errors import StrongroomError
from domain.heartbeats import BACK, HOUR, Heartbeat, hour_of
from ops.ledger.errors import Away
from ops.ledger.log import EventLog
from ops.logging import Log

EVERY = 60.0

log = Log("strongroom.schedules")


async def beat(vault: Vault, caller: Caller, records: EventLog) -> None:
    """Until cancelled. What cannot be recorded now is tried again in a minute."""
    seen: datetime | None = None
    while True:
        try:
            seen = await note(vault, caller, records, seen)
        except (StrongroomError, Away) as trouble:
            log.warning("this hour is not noted yet", problem=type(trouble).__name__)
        await asyncio.sleep(EVERY)


async def note(vault: Vault, caller: Caller, records: EventLog, seen: datetime | None = None) -> datetime:
    """The hour it is, noted by now; nothing is asked of the log when that was seen before."""
    hour = hour_of(records.now())
    if hour == seen:
        return seen
    before = await noted_before(records, hour)
    return (await vault.execute(NoteHeartbeat(before=before), caller)).value


async def noted_before(records: EventLog, hour: datetime) -> datetime | None:
    """The newest hour before `hour` that was noted; None when that is longer ago than anybody looks."""
    streams = {Heartbeat.create_id(each): each for each in (hour - HOUR * back for back in range(1, BACK + 1))}
    heads = await records.heads(list(streams))
    return max((streams[stream] for stream, version in heads.items() if version), default=None)
