"""Setting somebody's password with the rights of root, which the account that signed in has, or is lent by sudo or su.

Passwords are sent on standard input alone, each only once the program that wants it is known to listen.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum

import asyncssh

from domain.secrets import Secret
from workers.connectors import errors
from workers.connectors.dialogue import Dialogue, started
from workers.connectors.login import Trial
from workers.connectors.terminal import as_bytes

CHPASSWD = "/usr/sbin/chpasswd"
IN_ENGLISH = "env LC_ALL=C"
PLAIN = f"{IN_ENGLISH} {CHPASSWD}"
FREELY = f"{IN_ENGLISH} sudo -k -n -- {CHPASSWD}"
"""`-k` looks at no earlier success, `-n` asks nothing: with no input it changes nothing and tells whether it may."""
ASKING = f"{IN_ENGLISH} sudo -k -S -p strongroom-asks: -- {CHPASSWD}"
READY = re.compile(rb"strongroom-is-ready\r?\n")
ASKED = re.compile(rb"strongroom-asks:")
PASSWORD_ASKED = re.compile(rb"password[^:\n]*:[ \t]*\Z", re.IGNORECASE)
WANTS_PASSWORD = re.compile(rb"password is required", re.IGNORECASE)
WRONG = re.compile(rb"authentication failure|incorrect password|sorry, try again", re.IGNORECASE)
RESTRICTED = re.compile(rb"using restricted shell|account is currently not available", re.IGNORECASE)


class Hand:
    """`chpasswd`, ready to be told one line."""

    def __init__(self, dialogue: Dialogue, before: bytes | None = None) -> None:
        self._dialogue = dialogue
        self._before = before

    async def set(self, username: str, password: Secret) -> None:
        """Return when it says that the password is set."""
        self._dialogue.phase = errors.Phase.MAYBE
        if self._before is not None:
            self._dialogue.send(self._before)
        self._dialogue.send(username.encode() + b":" + as_bytes(password))
        self._dialogue.finish()
        if await self._dialogue.ended() != 0:
            raise errors.NotChanged("chpasswd failed", self._dialogue.phase)


@dataclass(frozen=True, slots=True)
class Directly:
    """Whoever signed in is root himself, whatever his name; nothing is said to what he runs unless that is so. su asks
    root for no password, so it is put to somebody who has no rights."""

    patience: float

    def question(self, username: str) -> str:
        return _as_root(f"exec {IN_ENGLISH} su -s /bin/sh -c {shlex.quote(su_command(username))} -- nobody")

    @asynccontextmanager
    async def ready(self, connection: asyncssh.SSHClientConnection) -> AsyncIterator[Hand]:
        command = _as_root(f"echo strongroom-is-ready; exec {PLAIN}")
        async with await started(connection, command, terminal=False, patience=self.patience) as dialogue:
            if await dialogue.hear(READY) is None:
                raise errors.NotElevated("it is not root itself, and neither sudo nor su is to make it that")
            yield Hand(dialogue)


def _as_root(command: str) -> str:
    """`command`, run if it is root who signed in; in any shell."""
    guarded = f'test "$(id -u)" = 0 || exit 1; {command}'
    return f"{IN_ENGLISH} sh -c {shlex.quote(guarded)}"


@dataclass(frozen=True, slots=True)
class BySudo:
    """sudo lends the right to run chpasswd, without a password or for that of whoever signed in.

    What sudo wants is found out with an empty input first. So the new password is never sent while sudo may yet ask.
    """

    password: Secret
    trial: Trial
    patience: float

    def question(self, username: str) -> str:
        return su_command(username)

    @asynccontextmanager
    async def ready(self, connection: asyncssh.SSHClientConnection) -> AsyncIterator[Hand]:
        freely = await self._may_freely(connection)
        if not freely:
            await self._try_password(connection)
        command = FREELY if freely else ASKING
        async with await started(connection, command, terminal=False, patience=self.patience) as dialogue:
            if not freely and await dialogue.hear(ASKED) is None:
                raise errors.NotElevated("sudo did not ask for its password")
            yield Hand(dialogue, None if freely else as_bytes(self.password))

    async def _may_freely(self, connection: asyncssh.SSHClientConnection) -> bool:
        async with await started(connection, FREELY, terminal=False, patience=self.patience) as dialogue:
            dialogue.finish()
            if await dialogue.ended() == 0:
                return True
            if WANTS_PASSWORD.search(dialogue.said):
                return False
        raise errors.NotElevated("sudo does not let it run chpasswd")

    async def _try_password(self, connection: asyncssh.SSHClientConnection) -> None:
        async with (
            self.trial(),
            await started(connection, ASKING, terminal=False, patience=self.patience) as dialogue,
        ):
            if await dialogue.hear(ASKED) is not None:
                dialogue.send(as_bytes(self.password))
            dialogue.finish()
            if await dialogue.hear(WRONG) is not None:
                raise errors.LoginRefused
            if await dialogue.ended() != 0:
                raise errors.NotElevated("sudo does not let it run chpasswd")


@dataclass(frozen=True, slots=True)
class BySu:
    """su makes root of whoever knows root's password."""

    username: str
    password: Secret
    trial: Trial
    patience: float

    def question(self, username: str) -> str:
        return su_command(username)

    @asynccontextmanager
    async def ready(self, connection: asyncssh.SSHClientConnection) -> AsyncIterator[Hand]:
        command = su_command(self.username, f"; exec {PLAIN}")
        async with await started(connection, command, terminal=True, patience=self.patience) as dialogue:
            async with self.trial():
                answer = await su_answer(dialogue, self.password)
                if answer is Answer.WRONG:
                    raise errors.LoginRefused
            if answer is Answer.UNKNOWN:
                raise errors.NotElevated("su gave no clear answer")
            if answer is Answer.RIGHT_BUT_NO_SHELL:
                raise errors.NotElevated("the account that su makes of it has a shell that runs nothing")
            yield Hand(dialogue)


class Answer(Enum):
    """What su says of a password."""

    RIGHT = "right"
    """It ran what it was told to."""
    RIGHT_BUT_NO_SHELL = "right, but no shell"
    """The account has a shell that runs nothing; su looks at that only once it knows the password."""
    UNASKED = "unasked"
    """It ran what it was told to, and wanted no password: so it says nothing of one."""
    WRONG = "wrong"
    UNKNOWN = "unknown"
    """su is not for everybody here, or not there at all: nothing was learnt."""


def su_command(username: str, then: str = "") -> str:
    """It names whom to become and holds no secret. `-s` is heeded for accounts that have a shell at all."""
    return f"{IN_ENGLISH} su -s /bin/sh -c {shlex.quote(f'echo strongroom-is-ready{then}')} -- {shlex.quote(username)}"


async def su_answer(dialogue: Dialogue, password: Secret) -> Answer:
    """Give `password` when it is asked for, once."""
    if (heard := await dialogue.hear(READY, PASSWORD_ASKED)) is not PASSWORD_ASKED:
        return Answer.UNASKED if heard is READY else Answer.UNKNOWN
    dialogue.send(as_bytes(password))
    heard = await dialogue.hear(READY, WRONG, RESTRICTED, PASSWORD_ASKED)
    return Answer.UNKNOWN if heard is None else MEANINGS.get(heard, Answer.UNKNOWN)


MEANINGS = {READY: Answer.RIGHT, RESTRICTED: Answer.RIGHT_BUT_NO_SHELL, WRONG: Answer.WRONG}
