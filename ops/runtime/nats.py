"""NATS as a child: JetStream encrypted at rest, users known by public keys, each with what it needs and no more."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from ops.bus import AUDIT, LOG
from ops.logging import Log
from ops.runtime import binaries, files, readers
from ops.runtime.accounts import Account
from ops.runtime.inboxes import inbox
from ops.runtime.process import PLAIN, Command, spawn
from ops.runtime.readers import READERS, Reader
from ops.seldom import Seldom

PUBLISHER = "publisher"
FOLLOWER = "follower"
TELLER = "teller"
ACCOUNTS: Mapping[str, Sequence[str]] = {LOG: (PUBLISHER, FOLLOWER), AUDIT: (TELLER,)}
"""Our users, by the account that they and a stream of the same name live in: it sees nothing of any other."""
NAMELESS = "$G"
"""The account of earlier releases: what its streams held is made anew."""
log = Log("strongroom.nats")


@dataclass(frozen=True, slots=True)
class Access:
    """What a NATS user may send and receive."""

    sends: Sequence[str]
    receives: Sequence[str]


def access() -> Mapping[str, Access]:
    """Only the publisher speaks for the log, and only the teller for the trail; followers pull, and manage nothing but
    consumers of their own."""
    everyone = ["$JS.API.INFO", "progress.>", *_stream(LOG, "INFO", "MSG.GET")]
    pulls = [f"$JS.API.CONSUMER.{verb}.{LOG}.>" for verb in ("CREATE", "DELETE", "MSG.NEXT")]
    speaks = ["log.>", "checkpoint.>", *_stream(LOG, "CREATE", "UPDATE", "DELETE")]
    tells = ["audit.>", *_stream(AUDIT, "CREATE", "UPDATE", "DELETE", "INFO", "MSG.GET")]
    admits = [f"$JS.API.CONSUMER.{verb}.{AUDIT}.>" for verb in ("CREATE", "DELETE")] + [
        f"$JS.API.CONSUMER.LIST.{AUDIT}"
    ]
    return {
        PUBLISHER: Access([*speaks, *everyone], [f"{inbox(PUBLISHER)}.>"]),
        FOLLOWER: Access([*pulls, *everyone], [f"{inbox(FOLLOWER)}.>", "progress.>", "checkpoint.>"]),
        TELLER: Access([*tells, *admits], [f"{inbox(TELLER)}.>"]),
    }


def _stream(stream: str, *verbs: str) -> list[str]:
    return [f"$JS.API.STREAM.{verb}.{stream}" for verb in verbs]


@dataclass
class Nats:
    """The server over `state`; `users` maps a user to his public key, `store_key` seals what lies on disk."""

    state: Path
    account: Account
    port: int
    users: Mapping[str, str]
    store_key: str
    name: str = "nats"
    stops_by: tuple[tuple[signal.Signals, float], ...] = ((signal.SIGTERM, 10),)
    _running: tuple[subprocess.Popen[bytes], IO[bytes]] | None = None
    _readers: Sequence[Reader] = ()
    _seldom: Seldom = field(default_factory=Seldom)

    @property
    def consumers(self) -> Path:
        """Who may read AUDIT, as the worker has it from the log."""
        return self.state / "siem" / "consumers.json"

    @property
    def log(self) -> Path:
        return self.state / "logs" / "nats.log"

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def prepare(self) -> None:
        files.folder(self.state, 0o711)
        files.folder(self.log.parent, 0o700)
        files.folder(self.state / "nats", 0o700, self.account)
        self._program = binaries.nats(self.state, self.account)
        _end_the_last_one(self.state / "nats.lock")
        shutil.rmtree(self.state / "nats" / "jetstream" / NAMELESS, ignore_errors=True)
        self._readers = self._admitted()

    def start(self) -> subprocess.Popen[bytes]:
        """The configuration names the store's key, so it is handed over in memory and never on disk."""
        with open(self.state / "nats.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            conf = _in_memory(self.configuration())
            argv = [str(self._program), "-c", f"/proc/self/fd/{conf.fileno()}"]
            env = {**PLAIN, "GOMAXPROCS": "2", "GOMEMLIMIT": "256MiB"}
            passes = (lock.fileno(), conf.fileno())
            process = spawn(Command(argv, account=self.account, env=env, passes=passes), self.log)
            lock.write(str(process.pid))
            self._running = process, conf
            return process

    def look(self) -> None:
        """Have the server that runs know whoever was admitted since, and nobody who was removed: he is cut off."""
        if self._running is None or (now := self._admitted()) == self._readers:
            return
        self._readers = now
        process, conf = self._running
        _rewrite(conf, self.configuration())
        if process.poll() is None:
            process.send_signal(signal.SIGHUP)

    def _admitted(self) -> Sequence[Reader]:
        """Nobody where that cannot be told."""
        try:
            found = readers.known(self.consumers)
        except (OSError, ValueError) as error:
            if self._seldom.due(str(self.consumers)):
                log.error("who may read events from NATS cannot be told", error)
            return ()
        return found

    def is_ready(self, process: subprocess.Popen[bytes]) -> bool:
        """Whether the server that answers is the one we started, its store recovered."""
        said = greeting(self.port)
        return process.poll() is None and said.get("jetstream") is True and said.get("server_name") == self._server_name

    def configuration(self) -> str:
        """JSON is a dialect of NATS's own format."""
        place = {"server_name": self._server_name, "listen": f"127.0.0.1:{self.port}"}
        told = kept_alike(self.users, self.store_key, {"store_dir": str(self.state / "nats")}, self._readers)
        return json.dumps({**place, **told})

    @property
    def _server_name(self) -> str:
        """Ours and nobody else's: another NATS on this port is not taken for it."""
        return f"strongroom-{self.users[PUBLISHER][-12:]}"


def kept_alike(
    users: Mapping[str, str], store_key: str, store: Mapping[str, str], consumers: Iterable[Reader]
) -> dict[str, object]:
    """What every server of ours is told, alone or in a cluster: what it may keep, and who may do what."""
    return {
        "jetstream": {
            **store, "max_memory_store": 64 << 20, "max_file_store": 8 << 30, "sync_interval": "2s",
            "key": store_key, "cipher": "aes",
        },
        "accounts": {
            LOG: _account(users, LOG),
            AUDIT: {**_account(users, AUDIT), "exports": readers.exports()},
            READERS: readers.account(consumers),
        },
        "max_payload": 1 << 20,
    }  # fmt: skip


def greeting(port: int, host: str = "127.0.0.1") -> dict[str, object]:
    """What a NATS server on this port says first; nothing when there is none."""
    try:
        with socket.create_connection((host, port), 0.5) as connection:
            said = connection.makefile("rb").readline()
        return dict(json.loads(said.removeprefix(b"INFO ")))
    except (OSError, ValueError):
        return {}


def _in_memory(content: str) -> IO[bytes]:
    file = open(os.memfd_create("nats.conf", 0), "wb")  # noqa: SIM115 - it lives as long as the server
    _rewrite(file, content)
    return file


def _rewrite(file: IO[bytes], content: str) -> None:
    file.seek(0)
    file.truncate()
    file.write(content.encode())
    file.flush()


def _end_the_last_one(lock: Path) -> None:
    """NATS itself does not stop two servers over one store, so each holds a lock for as long as it lives."""
    deadline = time.monotonic() + 10
    while (pid := _holder(lock)) is not None:
        os.kill(pid, signal.SIGTERM if time.monotonic() < deadline else signal.SIGKILL)
        time.sleep(0.05)


def _holder(lock: Path) -> int | None:
    """The server that still holds `lock`; it wrote its number there, and while it holds it that number is its own."""
    try:
        with open(lock) as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return None
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return int(lock.read_text() or 0) or None


def _account(users: Mapping[str, str], name: str) -> dict[str, object]:
    return {
        "jetstream": "enabled",
        "users": [_user(users[each], access()[each]) for each in ACCOUNTS[name] if each in users],
    }


def _user(public: str, may: Access) -> dict[str, object]:
    return {
        "nkey": public,
        "permissions": {"publish": {"allow": list(may.sends)}, "subscribe": {"allow": list(may.receives)}},
    }
