"""Talking with a program on a resource: reading up to what is awaited, sending, and hearing how it ended."""

from __future__ import annotations

import asyncio
import re
from types import TracebackType
from typing import Self

import asyncssh

from workers.connectors import errors
from workers.connectors.errors import Phase
from workers.connectors.login import TROUBLE

MOST_OUTPUT = 65_536
NO_ECHO = {asyncssh.PTY_ECHO: 0}
END_OF_INPUT = b"\x04"


class Dialogue:
    """One program. `phase` tells at every moment what is known of the password that is to be set."""

    def __init__(self, process: asyncssh.SSHClientProcess[bytes], *, terminal: bool, patience: float) -> None:
        self._process = process
        self._terminal = terminal
        self._patience = patience
        self.said = b""
        self.phase = Phase.BEFORE

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None
    ) -> None:
        self._process.close()

    async def hear(self, *awaited: re.Pattern[bytes]) -> re.Pattern[bytes] | None:
        """The first of `awaited` that it says, and forget that it did; None: it ended without."""
        while True:
            for pattern in awaited:
                if (found := pattern.search(self.said)) is not None:
                    self.said = self.said[found.end() :]
                    return pattern
            if not (part := await self._part()):
                return None
            self.said += part
            if len(self.said) > MOST_OUTPUT:
                raise errors.NotUnderstood("it says too much", self.phase)

    async def _part(self) -> bytes:
        try:
            async with asyncio.timeout(self._patience):
                return await self._process.stdout.read(4096)
        except TimeoutError:
            raise errors.TimedOut(phase=self.phase) from None
        except TROUBLE:
            raise errors.CutOff(phase=self.phase) from None

    def send(self, line: bytes) -> None:
        self._write(line + b"\n")

    def finish(self) -> None:
        """Say that nothing more comes: a terminal is told so by a character."""
        if self._terminal:
            self._write(END_OF_INPUT)
        else:
            self._process.stdin.write_eof()

    def _write(self, sent: bytes) -> None:
        try:
            self._process.stdin.write(sent)
        except TROUBLE:
            raise errors.CutOff(phase=self.phase) from None

    async def ended(self) -> int:
        """Its exit status, once it has said all."""
        await self.hear()
        try:
            async with asyncio.timeout(self._patience):
                await self._process.wait_closed()
        except TimeoutError:
            raise errors.TimedOut(phase=self.phase) from None
        if self._process.exit_status is None:
            raise errors.CutOff(phase=self.phase)
        return self._process.exit_status


async def started(
    connection: asyncssh.SSHClientConnection, command: str, *, terminal: bool, patience: float
) -> Dialogue:
    """`command`, running; what it complains about is heard with what it says. A terminal echoes nothing."""
    on = {"request_pty": "force", "term_type": "dumb", "term_modes": NO_ECHO} if terminal else {}
    try:
        process = await connection.create_process(command, encoding=None, stderr=asyncssh.STDOUT, **on)
    except TROUBLE:
        raise errors.NoTerminal from None
    return Dialogue(process, terminal=terminal, patience=patience)
