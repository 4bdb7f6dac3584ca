"""Linux and its kin over SSH, with one account for all: it signs in, and has the passwords of others set as root."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import asyncssh

from domain.resets import Step
from domain.secrets import Secret
from workers.connectors import errors
from workers.connectors.base import Note
from workers.connectors.dialogue import started
from workers.connectors.elevation import Answer, Hand, su_answer
from workers.connectors.errors import Phase, TargetError
from workers.connectors.login import Host, Key, Timeouts, Trial, keep_quiet, signed_in
from workers.connectors.ssh import USUAL
from workers.connectors.terminal import check_entry, check_password, check_username

LEARNT_NOTHING = (Answer.UNKNOWN, Answer.UNASKED)


class Raising(Protocol):
    """How whoever signed in gets at `chpasswd`."""

    def question(self, username: str) -> str:
        """The command that has su ask for `username`'s password."""

    def ready(self, connection: asyncssh.SSHClientConnection) -> AbstractAsyncContextManager[Hand]:
        """`chpasswd`, waiting for its line; nothing has been changed yet."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who signs in, and with what. `trial` is around each sign-in: it may tell that the password is wrong."""

    username: str
    credential: Secret | Key
    trial: Trial


class HelperConnector:
    """A Connector for one host. The account's present password is not needed to change it."""

    def __init__(self, host: Host, login: Login, raising: Raising, timeouts: Timeouts = USUAL) -> None:
        keep_quiet()
        self._host = host
        self._login = login
        self._raising = raising
        self._timeouts = timeouts

    def check(self, username: str, password: Secret) -> None:
        check_username(username)
        check_entry(username)
        check_password(password)

    async def verify(self, username: str, password: Secret) -> bool:
        """One guess: su's answer, for it tells a wrong password from an account that SSH never lets in. Where su tells
        nothing, a login may say that it is right, and nobody that it is wrong."""
        self.check(username, password)
        answer = await self._ask_su(username, password)
        if answer in LEARNT_NOTHING:
            if await self._signs_in(username, password):
                return True
            raise errors.Unclear
        return answer is not Answer.WRONG

    async def change(self, username: str, current: Secret, new: Secret, note: Note) -> None:
        self.check(username, new)
        async with self._connection() as connection:
            await note(Step.SIGNED_IN)
            async with self._raising.ready(connection) as hand:
                await note(Step.HANDING_OVER)
                await hand.set(username, new)
        await note(Step.TAKEN)
        try:
            await self._prove(username, new, note)
        except TargetError as trouble:
            raise trouble.at(Phase.AFTER) from None

    async def _prove(self, username: str, new: Secret, note: Note) -> None:
        """A login of its own; where SSH lets it in with no password at all, su. A right password costs no guess."""
        if await self._signs_in(username, new):
            return
        answer = await self._ask_su(username, new)
        if answer is Answer.WRONG:
            raise errors.NotTaken
        if answer in LEARNT_NOTHING:
            raise errors.NotProved
        await note(Step.NO_LOGIN)

    async def _signs_in(self, username: str, password: Secret) -> bool:
        try:
            async with signed_in(self._host, username, password, self._timeouts):
                return True
        except errors.LoginRefused:
            return False

    async def _ask_su(self, username: str, password: Secret) -> Answer:
        async with (
            self._connection() as connection,
            await started(
                connection, self._raising.question(username), terminal=True, patience=self._timeouts.answer
            ) as dialogue,
        ):
            return await su_answer(dialogue, password)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[asyncssh.SSHClientConnection]:
        """Signed in as the one for all; the trial is over as soon as that is done."""
        entering = signed_in(self._host, self._login.username, self._login.credential, self._timeouts)
        async with self._login.trial():
            connection = await entering.__aenter__()
        try:
            yield connection
        finally:
            await entering.__aexit__(None, None, None)
