"""Linux and its kin over SSH, with one account: it signs in and changes its own password."""

from __future__ import annotations

import asyncssh

from domain.resets import Step
from domain.secrets import Secret
from workers.connectors import errors
from workers.connectors.base import Note
from workers.connectors.errors import Phase, TargetError
from workers.connectors.login import TROUBLE, Host, Timeouts, keep_quiet, signed_in
from workers.connectors.passwd import COMMAND, Passwd
from workers.connectors.terminal import check_password, check_username

USUAL = Timeouts()
NO_ECHO = {asyncssh.PTY_ECHO: 0}


class SshConnector:
    """A Connector for one host. Each call is a connection of its own."""

    def __init__(self, host: Host, timeouts: Timeouts = USUAL) -> None:
        keep_quiet()
        self._host = host
        self._timeouts = timeouts

    def check(self, username: str, password: Secret) -> None:
        check_username(username)
        check_password(password)

    async def verify(self, username: str, password: Secret) -> bool:
        self.check(username, password)
        try:
            async with signed_in(self._host, username, password, self._timeouts):
                return True
        except errors.LoginRefused:
            return False

    async def change(self, username: str, current: Secret, new: Secret, note: Note) -> None:
        self.check(username, current)
        self.check(username, new)
        async with signed_in(self._host, username, current, self._timeouts) as connection:
            await note(Step.SIGNED_IN)
            await self._hand_over(connection, current, new, note)
        await note(Step.TAKEN)
        await self._prove(username, new)

    async def _hand_over(
        self, connection: asyncssh.SSHClientConnection, current: Secret, new: Secret, note: Note
    ) -> None:
        process = await _terminal(connection)
        try:
            await Passwd(process, current, new, note, self._timeouts).run()
        finally:
            process.close()

    async def _prove(self, username: str, new: Secret) -> None:
        """Only a login of its own proves a password."""
        try:
            proved = await self.verify(username, new)
        except TargetError as trouble:
            raise trouble.at(Phase.AFTER) from None
        if not proved:
            raise errors.NotTaken(phase=Phase.AFTER)


async def _terminal(connection: asyncssh.SSHClientConnection) -> asyncssh.SSHClientProcess[bytes]:
    """`passwd` on a terminal that echoes nothing."""
    try:
        return await connection.create_process(
            COMMAND, request_pty="force", term_type="dumb", term_modes=NO_ECHO, encoding=None
        )
    except TROUBLE:
        raise errors.NoTerminal from None
