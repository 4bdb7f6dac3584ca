"""Replays of the log at the command line: recorded before the first line is told, and when the last one was."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from uuid import UUID

from commands.base import Command
from commands.ground import Keys, opened, system
from commands.operators import operator
from commands.work import Work
from domain.access import Operation
from domain.base import Author
from domain.provenance import Channel
from domain.replays import Replay
from ops.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginReplay(Command[UUID]):
    """Record who asked for what."""

    operator: str
    question: str
    up_to: int

    needs = Operation.SYSTEM_SET_UP

    async def execute(self, work: Work) -> UUID:
        replay = Replay(self.operator, self.question, self.up_to)
        work.add(replay)
        return replay.id


@dataclass(frozen=True, slots=True, kw_only=True)
class EndReplay(Command[None]):
    """Record how many events were told."""

    replay_id: UUID
    count: int

    needs = Operation.SYSTEM_SET_UP

    async def execute(self, work: Work) -> None:
        (await work.get(Replay, self.replay_id)).end(self.count)


def begun(settings: Settings, question: str, up_to: int) -> UUID:
    """Recorded, under the name of the OS user; the replay, to be ended."""
    return asyncio.run(_do(settings, BeginReplay(operator=operator(), question=question, up_to=up_to)))


def ended(settings: Settings, replay_id: UUID, count: int) -> None:
    asyncio.run(_do(settings, EndReplay(replay_id=replay_id, count=count)))


async def _do(settings: Settings, command: Command[UUID] | Command[None]) -> UUID:
    async with opened(settings, Keys.read(settings, Author.SYSTEM)) as ground:
        done = await ground.vault.execute(command, system(Channel.COMMAND_LINE))
    return done.value  # type: ignore[return-value]
