"""Insisting: what a resource has shown is told to the vault again and again, until the log takes it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Protocol, TypeVar

from commands.base import Command
from domain.errors import Unavailable

T = TypeVar("T")

EVERY = 0.5


class Execute(Protocol):
    """The vault's door, as one worker."""

    def __call__(self, command: Command[T], /) -> Awaitable[T]: ...


async def insist(execute: Execute, command: Command[T]) -> T:
    """The command's value, once the log has it. Raises what the vault refuses; whoever has a lease cuts it off."""
    while True:
        try:
            return await execute(command)
        except Unavailable:
            await asyncio.sleep(EVERY)
