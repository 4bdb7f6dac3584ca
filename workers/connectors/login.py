"""Signing in over SSH: to the pinned host key only, with one password, offered once, or with one key; over hops."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import asyncssh

from domain.secrets import Secret
from workers.connectors import errors
from workers.connectors.errors import TargetError

TROUBLE = (OSError, asyncssh.Error, ValueError)
"""What becomes of a connection: asyncssh ends it with a ValueError when it cannot read what a host says."""
RSA_WITH_SHA2 = ("rsa-sha2-512", "rsa-sha2-256")
NO_NAME = "it is spelled as no name can be"
GOODBYE = 2.0
COMPARED = "No matching"
"""So asyncssh begins when it has compared what both sides offer; before that the host has named nothing."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. `login` leaves room for PAM, which is slow to refuse; `answer` is for one question of a dialogue."""

    login: float = 30.0
    answer: float = 30.0
    quiet: float = 2.0
    keepalive: float = 5.0


Trial = Callable[[], AbstractAsyncContextManager[None]]
"""Around everything that may tell whether a helper's password is right: one such trial at a time."""


@dataclass(frozen=True, slots=True)
class Key:
    """A private SSH key, in place of a password."""

    pem: Secret


@dataclass(frozen=True, slots=True)
class Host:
    """Where a resource listens, the public key that a person said is its own, and the hosts between, nearest first."""

    address: str
    port: int
    host_key: str | None
    hops: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True)
class Hop:
    """A host on the way, and who signs in there."""

    host: Host
    username: str
    credential: Secret | Key
    trial: Trial


class OneGuess(asyncssh.SSHClient):
    """Gives the password away once, to whichever method asks first: a guess must count as one towards a lockout."""

    def __init__(self, password: Secret | None) -> None:
        self._password = password
        self.by_key = password is None
        self.spent = False

    def password_auth_requested(self) -> str | None:
        return self._spend()

    def kbdint_auth_requested(self) -> str | None:
        return None if self.spent or self.by_key else ""

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
        return None if self._password is None else self._password.reveal()


def keep_quiet() -> None:
    """Have asyncssh log no data whatever the process logs: its debug levels print what is sent."""
    asyncssh.set_log_level(logging.ERROR)
    asyncssh.set_debug_level(1)


@asynccontextmanager
async def signed_in(
    host: Host, username: str, credential: Secret | Key, timeouts: Timeouts
) -> AsyncIterator[asyncssh.SSHClientConnection]:
    """A connection of `username`; raises TargetError, before any password is sent if the host is not the pinned one."""
    async with over(host.hops, timeouts) as tunnel:
        connection = await _connect(host, username, credential, timeouts, tunnel)
        try:
            yield connection
        finally:
            await _part(connection)


@asynccontextmanager
async def over(hops: Sequence[Hop], timeouts: Timeouts) -> AsyncIterator[asyncssh.SSHClientConnection | None]:
    """The connection to the last of these, each reached over the one before; None: there is none between. Raises
    TargetError for the first that could not be signed in on."""
    async with AsyncExitStack() as stack:
        tunnel = None
        for hop in hops:
            tunnel = await _hop(hop, tunnel, timeouts)
            stack.push_async_callback(_part, tunnel)
        yield tunnel


async def _hop(
    hop: Hop, tunnel: asyncssh.SSHClientConnection | None, timeouts: Timeouts
) -> asyncssh.SSHClientConnection:
    """Trouble on the way is not the resource's own: it is told as that of the host where it was met."""
    async with hop.trial():
        try:
            return await _connect(hop.host, hop.username, hop.credential, timeouts, tunnel)
        except errors.LoginRefused:
            raise
        except TargetError as trouble:
            raise type(trouble)(f"on the jump host {hop.host.address}, {trouble.detail}".rstrip(", ")) from None


async def _connect(
    host: Host, username: str, credential: Secret | Key, timeouts: Timeouts,
    tunnel: asyncssh.SSHClientConnection | None,
) -> asyncssh.SSHClientConnection:  # fmt: skip
    pinned = pinned_key(host)
    guess = OneGuess(None if isinstance(credential, Key) else credential)
    keys = _keys(credential)
    try:
        async with asyncio.timeout(timeouts.login):
            return await asyncssh.connect(
                host.address,
                host.port,
                tunnel=tunnel,
                client_factory=lambda: guess,
                username=username,
                known_hosts=([pinned], [], []),
                server_host_key_algs=algorithms_of(pinned),
                config=None,
                client_keys=keys,
                agent_path=None,
                gss_host=None,
                preferred_auth="publickey" if guess.by_key else "password,keyboard-interactive",
                disable_trivial_auth=True,
                keepalive_interval=timeouts.keepalive,
            )
    except TROUBLE as trouble:
        raise told(trouble, guess) from None


def _keys(credential: Secret | Key) -> list[asyncssh.SSHKey] | None:
    return [asyncssh.import_private_key(credential.pem.reveal())] if isinstance(credential, Key) else None


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


def told(trouble: Exception, guess: OneGuess) -> TargetError:
    """What went wrong, from its kind: the server's words stay where they are."""
    match trouble:
        case asyncssh.HostKeyNotVerifiable():
            return errors.HostKeyRefused()
        case asyncssh.KeyExchangeFailed(reason=reason) if "host key" in reason:
            return errors.HostKeyRefused()
        case asyncssh.KeyExchangeFailed(reason=reason) if reason.startswith(COMPARED):
            return errors.NothingInCommon()
        case asyncssh.ChannelOpenError(code=asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED):
            return errors.HopRefused()
        case asyncssh.ChannelOpenError():
            return errors.Unreachable("its jump host cannot reach it")
        case asyncssh.PermissionDenied():
            return errors.KeyRefused() if guess.by_key else errors.LoginRefused()
        case asyncssh.DisconnectError(reason=reason) if guess.spent:
            return errors.LoginRefused() if "authentication failures" in reason else errors.AccountClosed()
        case ConnectionError() if guess.spent:
            return errors.AccountClosed()
        case asyncssh.ProtocolNotSupported():
            return errors.NotSsh("it speaks an SSH that is not safe any more")
        case asyncssh.DisconnectError():
            return errors.HungUp()
        case UnicodeError() if not isinstance(trouble, UnicodeDecodeError):
            return errors.NameUnknown(NO_NAME)
        case ValueError():
            return errors.CutOff() if guess.spent else errors.NotSsh("what it says cannot be read")
        case TimeoutError():
            return errors.TimedOut() if guess.spent else errors.Unreachable("no answer in time")
        case ConnectionError() if not isinstance(trouble, ConnectionRefusedError):
            return errors.HungUp()
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
