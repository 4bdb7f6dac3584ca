"""What a decision that has to be proved first waits for."""

from __future__ import annotations

from typing import Protocol


class Proof(Protocol):
    """How far the log is proved to those who are not of this house: signed, and witnessed as the policy asks."""

    async def covers(self, position: int) -> bool:
        """Whether it is proved up to there, or comes to be in a moment."""

    async def keeps_up(self) -> bool:
        """Whether nothing has waited for its proof for longer than it takes."""


class NoProof:
    """Of a log that nobody signs: nothing waits."""

    async def covers(self, position: int) -> bool:
        return True

    async def keeps_up(self) -> bool:
        return True
