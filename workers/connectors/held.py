"""The connector to a resource to which nobody is to go just now: it asks nobody anything."""

from __future__ import annotations

from domain.secrets import Secret
from workers.connectors.base import Note
from workers.connectors.errors import TargetError


class Held:
    """A Connector that says why nothing is done."""

    def __init__(self, why: TargetError) -> None:
        self._why = why

    def check(self, username: str, password: Secret) -> None:
        """Nothing is carried anywhere."""

    async def verify(self, username: str, password: Secret) -> bool:
        raise self._why

    async def change(self, username: str, current: Secret, new: Secret, note: Note) -> None:
        raise self._why
