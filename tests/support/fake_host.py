"""A host in memory, and its connector: it keeps the same contract as a real sshd."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from domain.resets import Step
from domain.secrets import Secret
from workers.connectors import errors
from workers.connectors.base import Note
from workers.connectors.errors import Phase
from workers.connectors.terminal import check_password, check_username


async def _nothing(moment: str) -> None:
    """What goes wrong when nothing does."""


@dataclass
class FakeHost:
    """Accounts, and the passwords that were tried on them. `at` is called at each moment, to fail there."""

    passwords: dict[str, str] = field(default_factory=dict)
    tried: list[tuple[str, bool]] = field(default_factory=list)
    at: Callable[[str], Awaitable[None]] = _nothing
    shortest: int = 1

    def opens(self, username: str, password: str) -> bool:
        return self.passwords.get(username) == password

    async def log_in(self, username: str, password: str) -> bool:
        await self.at("login")
        self.tried.append((password, self.opens(username, password)))
        return self.opens(username, password)

    async def take(self, username: str, password: str) -> None:
        await self.at("before the change")
        if len(password) < self.shortest:
            raise errors.PasswordRefused("it is too short")
        self.passwords[username] = password
        await self.at("after the change")


class FakeConnector:
    """A Connector for a FakeHost."""

    def __init__(self, host: FakeHost) -> None:
        self._host = host

    def check(self, username: str, password: Secret) -> None:
        check_username(username)
        check_password(password)

    async def verify(self, username: str, password: Secret) -> bool:
        self.check(username, password)
        return await self._host.log_in(username, password.reveal())

    async def change(self, username: str, current: Secret, new: Secret, note: Note) -> None:
        self.check(username, current)
        self.check(username, new)
        if not await self._host.log_in(username, current.reveal()):
            raise errors.LoginRefused
        await note(Step.SIGNED_IN)
        await note(Step.HANDING_OVER)
        await self._host.take(username, new.reveal())
        await note(Step.TAKEN)
        if not await self.verify(username, new):
            raise errors.NotTaken(phase=Phase.AFTER)
