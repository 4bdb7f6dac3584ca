"""A sealed start: nothing runs but a door that answers health and takes what opens the roots, until they are open."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from domain.roots import Attempt
from ops.crypto import roots
from ops.crypto.keyfiles import KeyFileError
from ops.crypto.providers import passphrase
from ops.crypto.providers.sealed import RootsFile
from ops.crypto.providers.shares import Gathering, ShareRefused
from ops.crypto.roots import Locked, Provider
from ops.logging import Log
from ops.runtime import certificates, privileges, standing
from ops.runtime.processes import Process
from ops.runtime.supervisor import Supervisor
from ops.settings import Settings

PATIENCE = 60.0
TURN = 0.05
LARGEST = 16 * 1024
REMEMBERED = 100
DOOR = "door"
log = Log("strongroom.sealing")


@dataclass(slots=True)
class Unsealing:
    """How the roots of this start were opened: the shares that were brought, by number, and the first attempts."""

    provider: Provider
    shares: tuple[int, ...] = ()
    refused: int = 0
    attempts: list[Attempt] = field(default_factory=list)

    def note(self, peer: str, refused: str) -> None:
        self.refused += bool(refused)
        if len(self.attempts) < REMEMBERED:
            self.attempts.append(Attempt(datetime.now(UTC), peer, refused))


def unsealed(settings: Settings, supervisor: Supervisor, say: Callable[[str], None]) -> Unsealing | None:
    """Opens the roots, if they are sealed; None when they are files. Locked when what we were told to use is wrong."""
    if not settings.log_id_file.exists() or (found := roots.described(settings)) is None:
        return None
    privileges.keep_unseen()
    provider = Provider(found.provider)
    if provider is Provider.PKCS11 or (provider is Provider.PASSPHRASE and (settings.unlock_file or _somebody())):
        roots.unlock(settings)
        return Unsealing(provider)
    return Wait(settings, found).until_open(supervisor, say)


def _somebody() -> bool:
    return sys.stdin.isatty()


@dataclass
class Wait:
    """What has been brought so far; each piece is looked at here, and never by the door."""

    settings: Settings
    found: RootsFile
    made: Unsealing = field(init=False)
    gathering: Gathering | None = field(init=False)
    is_open: bool = False

    def __post_init__(self) -> None:
        self.made = Unsealing(Provider(self.found.provider))
        self.gathering = Gathering.of(self.found.how) if self.made.provider is Provider.SHARES else None

    def until_open(self, supervisor: Supervisor, say: Callable[[str], None]) -> Unsealing:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours, theirs:
            ours.setblocking(False)
            certificates.ensure(self.settings)
            door = Process(DOOR, self.settings, self.settings.state, passes={"unseal_fd": theirs.fileno()})
            supervisor.bring_up([door], PATIENCE)
            standing.tell(self.settings, supervisor.standing())
            self._greet(say)
            while not self.is_open:
                supervisor.linger(TURN)
                self._listen(ours)
            supervisor.linger(TURN * 4)  # the last answer goes out
            supervisor.dismiss(DOOR)
        log.info("the roots are open", check=self.made.provider, count=self.made.refused)
        return self.made

    def _greet(self, say: Callable[[str], None]) -> None:
        log.info("sealed: waiting for what opens the roots", check=self.made.provider)
        wanted = f"{self.gathering.need} shares" if self.gathering else "its passphrase"
        say(f"Strongroom is sealed, and waits for {wanted}: {certificates.address(self.settings)}/unseal")
        say("or `strongroom keys unseal`, from as many terminals as you like.")

    def _listen(self, ours: socket.socket) -> None:
        """The door is open to everybody, so what comes through it is not believed to be of any shape."""
        try:
            asked = json.loads(ours.recv(LARGEST))
            ours.send(json.dumps(self.answer(dict(asked))).encode())
        except BlockingIOError:
            return
        except (ValueError, TypeError):
            log.warning("the door said something that is no question", check=self.made.provider)

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What a caller at the door is told; without a `secret` he only asks how it stands."""
        refused = ""
        if (secret := asked.get("secret")) is not None:
            refused = self._taken(str(secret), str(asked.get("peer", "")))
        return {
            "id": asked.get("id"), "sealed": not self.is_open, "provider": self.made.provider,
            "need": self.gathering.need if self.gathering else 1,
            "have": len(self.gathering.members) if self.gathering else int(self.is_open), "refused": refused,
        }  # fmt: skip

    def _taken(self, secret: str, peer: str) -> str:
        """Why it does not help; nothing when it does."""
        try:
            if (key := self._key(secret)) is not None:
                self._open(key)
        except (ShareRefused, KeyFileError) as why:
            self.made.note(peer, str(why))
            log.warning("what was brought does not open the roots", check=self.made.provider, count=self.made.refused)
            return str(why)
        self.made.note(peer, "")
        return ""

    def _key(self, secret: str) -> bytes | None:
        return self.gathering.add(secret) if self.gathering else passphrase.key(self.found.how, secret)

    def _open(self, key: bytes) -> None:
        members = self.gathering.members if self.gathering else ()
        try:
            roots.accept(self.settings, key)
        except Locked:
            if self.gathering:
                self.gathering.forget()
            raise
        self.made.shares, self.is_open = members, True
