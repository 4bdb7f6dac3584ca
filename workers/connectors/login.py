"""Signing in over SSH: to the pinned host key only, with one password, offered once."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncssh

from domain.secrets import Secret
from workers.connectors import errors
from workers.connectors.errors import TargetError

RSA_WITH_SHA2 = ("rsa-sha2-512", "rsa-sha2-256")
GOODBYE = 2.0


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. `login` leaves room for PAM, which is slow to refuse; `answer` is for one question of a dialogue."""

    login: float = 30.0
    answer: float = 30.0
    quiet: float = 2.0
    keepalive: float = 5.0


@dataclass(frozen=True, slots=True)
class Host:
    """Where a resource listens, and the public key that a person said is its own."""

    address: str
    port: int
    host_key: str | None


class OneGuess(asyncssh.SSHClient):
    """Gives the password away once, to whichever method asks first: a guess must count as one towards a lockout."""

    def __init__(self, password: Secret) -> None:
        self._password = password
        self.spent = False

    def password_auth_requested(self) -> str | None:
        return self._spend()

    def kbdint_auth_requested(self) -> str | None:
        return None if self.spent else ""

    def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        """A notice is acknowledged, a hidden password is given; anything else, a one-time code say, is not for us."""
        if not prompts:
            return []
        wanted = len(prompts) == 1 and not prompts[0][1] and "password" in prompts[0][0].lower()
        password = self._spend() if wanted else None
        return None if password is None else [password]

    def _spend(self) -> str | None:
        if self.spent:
            return None
        self.spent = True
        return self._password.reveal()


def keep_quiet() -> None:
    """Have asyncssh log no data whatever the process logs: its debug levels print what is sent."""
    asyncssh.set_log_level(logging.ERROR)
    asyncssh.set_debug_level(1)


@asynccontextmanager
async def signed_in(
    host: Host, username: str, password: Secret, timeouts: Timeouts
) -> AsyncIterator[asyncssh.SSHClientConnection]:
    """A connection of `username`; raises TargetError, before any password is sent if the host is not the pinned one."""
    connection = await _connect(host, username, password, timeouts)
    try:
        yield connection
    finally:
        await _part(connection)


async def _connect(host: Host, username: str, password: Secret, timeouts: Timeouts) -> asyncssh.SSHClientConnection:
    pinned = pinned_key(host)
    guess = OneGuess(password)
    try:
        async with asyncio.timeout(timeouts.login):
            return await asyncssh.connect(
                host.address,
                host.port,
                client_factory=lambda: guess,
                username=username,
                known_hosts=([pinned], [], []),
                server_host_key_algs=algorithms_of(pinned),
                config=None,
                client_keys=None,
                agent_path=None,
                gss_host=None,
                preferred_auth="password,keyboard-interactive",
                disable_trivial_auth=True,
                keepalive_interval=timeouts.keepalive,
            )
    except (OSError, asyncssh.Error) as trouble:
        raise told(trouble, guess.spent) from None


def pinned_key(host: Host) -> asyncssh.SSHKey:
    """The one key that this host may show."""
    if host.host_key is None:
        raise errors.HostKeyNotPinned
    try:
        return asyncssh.import_public_key(host.host_key)
    except asyncssh.KeyImportError:
        raise errors.HostKeyNotPinned("what was pinned is not a public key") from None


def algorithms_of(key: asyncssh.SSHKey) -> Sequence[str]:
    """Signatures of the pinned key's own type alone: no other key, no certificate, no SHA-1."""
    name = key.get_algorithm()
    return RSA_WITH_SHA2 if name == "ssh-rsa" else (name,)


def told(trouble: Exception, guessed: bool) -> TargetError:
    """What went wrong, from its kind: the server's words stay where they are."""
    match trouble:
        case asyncssh.HostKeyNotVerifiable():
            return errors.HostKeyRefused()
        case asyncssh.KeyExchangeFailed(reason=reason):
            return errors.HostKeyRefused() if "host key" in reason else errors.NothingInCommon()
        case asyncssh.PermissionDenied():
            return errors.LoginRefused()
        case asyncssh.DisconnectError(reason=reason) if guessed:
            return errors.LoginRefused() if "authentication failures" in reason else errors.AccountClosed()
        case TimeoutError():
            return errors.TimedOut() if guessed else errors.Unreachable("no answer in time")
        case ConnectionError() if not isinstance(trouble, ConnectionRefusedError):
            return errors.Unreachable("it broke off before any password was sent")
        case OSError(errno=int(number)) if number > 0:
            return errors.Unreachable(os.strerror(number).lower())
        case OSError(strerror=str(why)):
            return errors.Unreachable(why)
        case _:
            return errors.Unreachable()


async def _part(connection: asyncssh.SSHClientConnection) -> None:
    """Say goodbye, but do not wait long for an answer."""
    connection.close()
    try:
        async with asyncio.timeout(GOODBYE):
            await connection.wait_closed()
    except TimeoutError:
        connection.abort()
