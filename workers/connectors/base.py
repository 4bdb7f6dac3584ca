"""The port to a resource: sign in with a password, or change it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from domain.resets import Step
from domain.secrets import Secret

Note = Callable[[Step], Awaitable[None]]
"""Says how far a change has come. If HANDING_OVER cannot be noted, the new password is not sent."""


class Connector(Protocol):
    """One resource. Every failure is a TargetError, whose phase says what it left behind."""

    def check(self, username: str, password: Secret) -> None:
        """Raise CannotBeCarried when these would not arrive byte for byte. Asks nobody."""

    async def verify(self, username: str, password: Secret) -> bool:
        """Whether the resource lets `username` in with `password`. Costs exactly one login."""

    async def change(self, username: str, current: Secret, new: Secret, note: Note) -> None:
        """Return only once a fresh login with `new` has succeeded."""
