"""A line to a destination: what is written to it, and how much of that it has taken."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from ops.siem.entry import Entry


class NotTaken(Exception):
    """The destination takes nothing just now; the message says why, and holds nothing secret."""


class Line(ABC):
    """One connection, or what stands for one. Every method raises NotTaken when it is lost."""

    def behind(self, position: int) -> int:
        """Where it goes on, when everything up to `position` was taken once: further back if some of that was lost."""
        return position

    @abstractmethod
    async def send(self, entries: Sequence[Entry]) -> None:
        """Write these, in order; nobody knows yet whether they were taken."""

    @abstractmethod
    async def taken(self) -> int | None:
        """The last position that was taken for certain; None while that is unknown of all that was written."""

    @abstractmethod
    async def close(self) -> int | None:
        """End it in good order; what was taken in the end, as far as that can be known. Raises nothing."""
