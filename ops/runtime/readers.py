"""Who may read the stream AUDIT on NATS: each consumer is a user of its own, who can do nothing but read.

Consumers live in an account of their own, READERS. They reach AUDIT by four services alone, so that no answer that one
of them has sent elsewhere can ever get into the stream. They make no consumers of JetStream: whoever may make one may
have it push to any subject, those of the server among them. The vault makes one for each, and each uses its own alone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from domain.consumers import MOST, NAME, Consumer
from ops.bus import AUDIT
from ops.runtime.bus_users import is_public
from ops.runtime.inboxes import inbox

READERS = "READERS"
DOMAIN = "audit"
"""What readers name to have the API of AUDIT's account: their own has none."""
VERBS = ("INFO", "MSG.NEXT", "RESET")
LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Reader:
    """A consumer as NATS is told of it."""

    name: str
    public_key: str


def exports() -> list[dict[str, object]]:
    """What AUDIT's account lets READERS ask."""
    return [
        {"service": subject, "accounts": [READERS], "response_type": "stream" if "NEXT" in subject else "singleton"}
        for subject in _services()
    ]


def account(readers: Iterable[Reader]) -> dict[str, object]:
    """READERS, as a server is told of it."""
    imports = [{"service": {"account": AUDIT, "subject": subject}, "to": _asked(subject)} for subject in _services()]
    return {"users": [_user(reader) for reader in readers], "imports": imports}


def told(consumers: Sequence[Consumer]) -> bytes:
    """A file for `known`; the same for the same consumers."""
    return json.dumps([asdict(Reader(each.name, each.public_key)) for each in consumers], indent=1).encode()


def known(path: Path) -> list[Reader]:
    """Whom `told` names in this file; nobody when it is not there. OSError or ValueError when it is something else: its
    writer has fewer rights than its reader, and NATS would not start with it."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return []
    with open(number, "rb") as file:
        found = json.loads(file.read(LARGEST))
    if not isinstance(found, list) or len(found) > MOST:
        raise ValueError(f"{path} is no list of consumers")
    readers = [_reader(each) for each in found]
    if len({each.name for each in readers}) < len(readers) or len({each.public_key for each in readers}) < len(readers):
        raise ValueError(f"{path} names a consumer twice")
    return readers


def _reader(said: object) -> Reader:
    if not isinstance(said, dict) or said.keys() != {"name", "public_key"}:
        raise ValueError("this is no consumer")
    name, key = said["name"], said["public_key"]
    if not isinstance(name, str) or not NAME.fullmatch(name) or not isinstance(key, str) or not is_public(key):
        raise ValueError("this is no consumer")
    return Reader(name, key)


def _services() -> list[str]:
    return [*(f"$JS.API.CONSUMER.{verb}.{AUDIT}.*" for verb in VERBS), f"$JS.ACK.{AUDIT}.>"]


def _asked(subject: str) -> str:
    return subject.replace("$JS.API.", f"$JS.{DOMAIN}.API.")


def _user(reader: Reader) -> dict[str, object]:
    asks = [f"$JS.{DOMAIN}.API.CONSUMER.{verb}.{AUDIT}.{reader.name}" for verb in VERBS]
    sends, hears = [*asks, f"$JS.ACK.{AUDIT}.{reader.name}.>"], [f"{inbox(reader.name)}.>"]
    return {"nkey": reader.public_key, "permissions": {"publish": {"allow": sends}, "subscribe": {"allow": hears}}}
