"""The connector to a resource whose helper is to be left in peace: it asks nobody anything."""

from __future__ import annotations

from domain.secrets import Secret
from workers.connectors import errors
from workers.connectors.base import Note


class Held:
    """A Connector that says why nothing is done."""

    def __init__(self, why: str) -> None:
        self._why = why

    def check(self, username: str, password: Secret) -> None:
        """Nothing is carried anywhere."""

    async def verify(self, username: str, password: Secret) -> bool:
        raise errors.HelperHeld(self._why)

    async def change(self, username: str, current: Secret, new: Secret, note: Note) -> None:
        raise errors.HelperHeld(self._why)
