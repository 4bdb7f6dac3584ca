"""A server whose connection breaks at the worst moment, so that nobody can tell which password it has."""

from __future__ import annotations

import asyncssh

from tests.support.ssh_server import Manners

Session = asyncssh.SSHServerProcess[bytes]


class Wires:
    """It breaks when it has the new password, until it is mended; then it takes the one that it is given."""

    def __init__(self, first: str) -> None:
        self.manners = Manners(password=first, script=self.passwd)
        self.mended = False

    async def passwd(self, process: Session) -> None:
        await asked(process, b"Current password: ")
        new = await asked(process, b"New password: ")
        await asked(process, b"Retype new password: ")
        if not self.mended:
            process.channel.get_connection().abort()
            return
        self.manners.password = new.decode()
        process.stdout.write(b"passwd: password updated successfully\r\n")
        process.exit(0)


async def asked(process: Session, question: bytes) -> bytes:
    """What is answered to `question`, without its line end."""
    process.stdout.write(question)
    return (await process.stdin.readline()).rstrip(b"\n")
