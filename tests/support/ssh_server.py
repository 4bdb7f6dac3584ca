"""An SSH server of our own in the test's process: it misbehaves as told, and counts what it was offered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncssh

Script = Callable[[asyncssh.SSHServerProcess[bytes]], Awaitable[None]]


@dataclass
class Manners:
    """How the server treats its guests."""

    password: str = "right"
    by_password: bool = True
    by_questions: bool = False
    anybody: bool = False
    question: str = "Password: "
    echo: bool = False
    closes_after_login: bool = False
    script: Script | None = None
    keys: list[str] = field(default_factory=list)
    """The public keys that it lets in."""
    lets_on: bool = False
    says: str | None = None
    """What it says in greeting: as its version, in its banner, and when it hangs up on whoever it does not know."""
    offered: list[str] = field(default_factory=list)
    let_on: list[tuple[str, int]] = field(default_factory=list)
    """Where guests were let on to."""


class _Guest(asyncssh.SSHServer):
    def __init__(self, manners: Manners) -> None:
        self._manners = manners

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn

    def begin_auth(self, username: str) -> bool:
        if self._manners.says is not None:
            self._connection.send_auth_banner(f"{self._manners.says}\n")
        return not self._manners.anybody

    def password_auth_supported(self) -> bool:
        return self._manners.by_password

    def validate_password(self, username: str, password: str) -> bool:
        return self._is_right(password)

    def kbdint_auth_supported(self) -> bool:
        return self._manners.by_questions

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> asyncssh.auth.KbdIntChallenge:
        return "", "", "", [(self._manners.question, self._manners.echo)]

    def validate_kbdint_response(self, username: str, responses: asyncssh.auth.KbdIntResponse) -> bool:
        return self._is_right(*responses)

    def public_key_auth_supported(self) -> bool:
        return bool(self._manners.keys)

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return key.export_public_key().decode().strip() in self._manners.keys

    def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> bool:
        self._manners.let_on.append((dest_host, dest_port))
        if not self._manners.lets_on:
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED, "no")
        return True

    def _is_right(self, password: str) -> bool:
        self._manners.offered.append(password)
        if self._manners.closes_after_login:
            self._connection.abort()
        return password == self._manners.password


@asynccontextmanager
async def ssh_server(
    manners: Manners, key: asyncssh.SSHKey, certificate: asyncssh.SSHCertificate | None = None
) -> AsyncIterator[int]:
    """The port of a server with this host key."""
    pair = key if certificate is None else (key, certificate)
    async with await asyncssh.create_server(
        lambda: _Guest(manners), "127.0.0.1", 0, server_host_keys=[pair], process_factory=manners.script,
        encoding=None, line_editor=False, server_version=manners.says or (),
    ) as server:  # fmt: skip
        yield server.get_port()
