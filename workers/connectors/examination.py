"""Looking at a host stage by stage: its name, its port, what speaks there, its key, and whether it lets somebody in."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import asyncssh

from domain import host_keys
from domain.errors import Invalid
from domain.probes import Finding, Outcome, Stage, Verdict
from domain.secrets import Secret
from workers.connectors import errors
from workers.connectors.base import Connector
from workers.connectors.errors import TargetError
from workers.connectors.login import NO_NAME, RSA_WITH_SHA2, TROUBLE, Host, OneGuess, Timeouts, keep_quiet, over, told

BEST_FIRST = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", *RSA_WITH_SHA2)
LONGEST_GREETING = 255
SSH = (b"SSH-2.0-", b"SSH-1.99-")
BUSY = {
    b"Exceeded MaxStartups": "too many are signing in at once",
    b"Not allowed at this time": "it turns the worker's address away for a while",
}
OTHERS = {
    b"SSH-1.": "it speaks an SSH that is not safe any more",
    b"HTTP/": "it speaks HTTP",
    b"220": "it greets as mail and FTP servers do",
}
"""What hosts say in greeting, in our words: theirs reach no event, for a host that was once sent a password could say
that."""
SHOWN_ADDRESSES = 3
USUAL = Timeouts()
BEFORE_KEY = (errors.NothingInCommon, errors.NotSsh, errors.Unreachable, errors.HungUp)
OF_KEY = (errors.HostKeyNotPinned, errors.HostKeyRefused)


@dataclass(slots=True)
class Examined:
    """What was found so far, in words of ours alone; the host key is all that the host itself has said."""

    outcome: Outcome = Outcome.UNKNOWN
    findings: list[Finding] = field(default_factory=list)
    host_key: str | None = None

    def passed(self, stage: Stage, words: str) -> None:
        self.findings.append(Finding(stage, Verdict.PASSED, words, ""))

    def failed(self, stage: Stage, trouble: TargetError) -> None:
        self.findings.append(Finding(stage, Verdict.FAILED, str(trouble), type(trouble).__name__))


class Examiner:
    """Looks at one host. Never raises for what it finds: that is what it is for."""

    def __init__(self, host: Host, timeouts: Timeouts = USUAL) -> None:
        keep_quiet()
        self._host = host
        self._timeouts = timeouts
        self._tunnel: asyncssh.SSHClientConnection | None = None
        self._reader: asyncio.StreamReader | asyncssh.SSHReader[bytes]
        self._writer: asyncio.StreamWriter | asyncssh.SSHWriter[bytes]

    async def show_key(self) -> Examined:
        """Which host key it shows; nobody signs in on it, but on each host between, to its pinned key."""
        found = Examined()
        try:
            async with over(self._host.hops, self._timeouts) as self._tunnel:
                await self._see_key(found)
        except TargetError as trouble:
            found.failed(Stage.WAY, trouble)
        return found

    async def _see_key(self, found: Examined) -> None:
        if self._tunnel is not None:
            found.passed(Stage.WAY, "Each host between has its pinned key and let us in.")
        if await self._reached(found) and await self._stage(found, Stage.HOST_KEY, self._shown_key):
            found.outcome = Outcome.SHOWN
            found.host_key = self._key

    async def sign_in(self, username: str, password: Secret, connector: Connector, direct: bool = True) -> Examined:
        """Whether it lets `username` in with `password`, which is offered once. What lies behind a jump host cannot be
        looked at from here before somebody signs in there."""
        found = Examined()
        if not direct or await self._reached(found):
            await self._let_in(found, username, password, connector)
        return found

    async def _reached(self, found: Examined) -> bool:
        """Behind a jump host it is that which looks the name up: nothing is seen of it from here."""
        here = (Stage.NAME, self._named), (Stage.CONNECTION, self._connected)
        there = ((Stage.CONNECTION, self._let_on),)
        for stage, step in (*(here if self._tunnel is None else there), (Stage.SSH, self._greeted)):
            if not await self._stage(found, stage, step):
                return False
        return True

    async def _stage(self, found: Examined, stage: Stage, step: Callable[[], Awaitable[str]]) -> bool:
        try:
            async with asyncio.timeout(self._timeouts.login):
                found.passed(stage, await step())
        except TargetError as trouble:
            found.failed(stage, trouble)
            return False
        except TimeoutError:
            found.failed(stage, errors.Unreachable("no answer in time"))
            return False
        return True

    async def _named(self) -> str:
        try:
            loop = asyncio.get_running_loop()
            known = await loop.getaddrinfo(self._host.address, self._host.port, type=socket.SOCK_STREAM)
        except OSError as trouble:
            raise errors.NameUnknown(_why(trouble)) from None
        except UnicodeError:
            raise errors.NameUnknown(NO_NAME) from None
        addresses = list(dict.fromkeys(str(each[4][0]) for each in known))[:SHOWN_ADDRESSES]
        return (
            f"{self._host.address} is {', '.join(addresses)}." if addresses != [self._host.address] else "An address."
        )

    async def _connected(self) -> str:
        try:
            self._reader, writer = await asyncio.open_connection(self._host.address, self._host.port)
        except OSError as trouble:
            raise errors.Unreachable(_why(trouble)) from None
        self._writer = writer
        return f"Port {self._host.port} answers."

    async def _let_on(self) -> str:
        assert self._tunnel is not None
        try:
            self._reader, self._writer = await self._tunnel.open_connection(self._host.address, self._host.port)
        except TROUBLE as trouble:
            raise told(trouble, OneGuess(None)) from None
        return f"Port {self._host.port} answers the jump host."

    async def _greeted(self) -> str:
        try:
            said = await self._reader.read(LONGEST_GREETING)
        except (OSError, asyncssh.Error):
            raise errors.HungUp from None
        finally:
            self._writer.close()
        if not any(line.startswith(SSH) for line in said.split(b"\n")):
            raise _other_than_ssh(said)
        return "It speaks SSH."

    async def _shown_key(self) -> str:
        try:
            key = await asyncssh.get_server_host_key(
                self._host.address,
                self._host.port,
                tunnel=self._tunnel,
                server_host_key_algs=BEST_FIRST,
                config=None,
            )
        except TROUBLE as trouble:
            raise told(trouble, OneGuess(None)) from None
        try:
            assert key is not None
            self._key = host_keys.host_key_of(key.export_public_key().decode())
        except Invalid as refused:
            raise errors.UnsafeKey(str(refused).rstrip(".")) from None
        return f"{self._key.split()[0]}, {host_keys.fingerprint(self._key)}."

    async def _let_in(self, found: Examined, username: str, password: Secret, connector: Connector) -> None:
        try:
            opened = await connector.verify(username, password)
        except TargetError as trouble:
            return found.failed(_stage_of(trouble), trouble)
        found.passed(Stage.HOST_KEY, "It is the pinned one.")
        if opened:
            found.outcome = Outcome.OPENED
            found.passed(Stage.LOGIN, f"{username} was let in.")
        else:
            found.outcome = Outcome.REFUSED
            found.failed(Stage.LOGIN, errors.LoginRefused())


def _stage_of(trouble: TargetError) -> Stage:
    """Where it was met."""
    if isinstance(trouble, OF_KEY):
        return Stage.HOST_KEY
    return Stage.SSH if isinstance(trouble, BEFORE_KEY) else Stage.LOGIN


def _why(trouble: OSError) -> str:
    """The system's own words."""
    return (
        trouble.strerror if trouble.errno is None or trouble.errno < 0 else os.strerror(trouble.errno)
    ) or "no answer"


def _other_than_ssh(said: bytes) -> TargetError:
    """What speaks there instead, as far as it is known; one that only hangs up may well be an SSH server."""
    if not said:
        return errors.HungUp()
    known = {**dict.fromkeys(BUSY, errors.HungUp), **dict.fromkeys(OTHERS, errors.NotSsh)}
    for greeting, words in (BUSY | OTHERS).items():
        if said.startswith(greeting):
            return known[greeting](words)
    return errors.NotSsh("it says something else")
