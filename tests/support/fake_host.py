"""A host in memory, and its connector: it keeps the same contract as a real sshd."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from domain.resets import Step
from domain.secrets import Secret
from workers.connectors import errors
from workers.connectors.base import Note
from workers.connectors.errors import Stage
from workers.connectors.terminal import check_password, check_username


def _nothing() -> None:
    """What goes wrong when nothing does."""


@dataclass
class FakeHost:
    """Accounts and what was tried on them. `before` and `after` run around the change itself, to fail there."""

    passwords: dict[str, str] = field(default_factory=dict)
    tried: list[tuple[str, str]] = field(default_factory=list)
    arriving: Callable[[], None] = _nothing
    before: Callable[[], None] = _nothing
    after: Callable[[], None] = _nothing
    shortest: int = 1

    def opens(self, username: str, password: str) -> bool:
        return self.passwords.get(username) == password

    def log_in(self, username: str, password: str) -> bool:
        self.arriving()
        self.tried.append((username, password))
        return self.opens(username, password)


class FakeConnector:
    """A Connector for a FakeHost."""

    def __init__(self, host: FakeHost) -> None:
        self._host = host

    def check(self, username: str, password: Secret) -> None:
        check_username(username)
        check_password(password)

    async def verify(self, username: str, password: Secret) -> bool:
        self.check(username, password)
        return self._host.log_in(username, password.reveal())

    async def change(self, username: str, current: Secret, new: Secret, note: Note) -> None:
        self.check(username, current)
        self.check(username, new)
        if not self._host.log_in(username, current.reveal()):
            raise errors.LoginRefused
        await note(Step.SIGNED_IN)
        await note(Step.HANDING_OVER)
        self._hand_over(username, new.reveal())
        await note(Step.TAKEN)
        if not await self.verify(username, new):
            raise errors.NotTaken(stage=Stage.AFTER)

    def _hand_over(self, username: str, new: str) -> None:
        self._host.before()
        if len(new) < self._host.shortest:
            raise errors.PasswordRefused("it is too short")
        self._host.passwords[username] = new
        self._host.after()
