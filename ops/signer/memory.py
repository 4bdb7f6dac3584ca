"""What the signer has promised, in a file of its own: away from the database, so that nobody can set back both at once.

Each promise is on disk before anybody sees it. With it lies the edge of the tree at the size that was published before,
so that whoever starts anew comes to the promise by the log's own records, or finds that they are not those any more.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path

from ops.proof.errors import Unproved
from ops.proof.tiles import Edge
from ops.runtime import files
from ops.runtime.accounts import Account

NAME, LOCK = "memory.json", "lock"
FORM = 1


class MemoryBroken(Unproved):
    """The file is damaged: it cannot be told what was promised."""


class MemoryBusy(Unproved):
    """Somebody else uses it just now."""


@dataclass(frozen=True, slots=True)
class Base:
    """A tree that everybody may have seen, and when its last record was recorded (microseconds since 1970)."""

    size: int = 0
    moment: int = 0
    levels: Sequence[Sequence[bytes]] = ()

    @classmethod
    def of(cls, edge: Edge, moment: int) -> Base:
        return cls(edge.size, moment, [list(level) for level in edge.levels])

    def edge(self) -> Edge:
        return Edge(self.size, self.levels)


@dataclass(frozen=True, slots=True)
class Memory:
    """Under the name `origin` there will never be another root than `root` at `size`, nor a smaller size after it.
    `admitted`: leaf hashes by position that a recovery took into the tree although nobody signed them."""

    origin: str
    size: int = 0
    root: bytes = b""
    base: Base = field(default_factory=Base)
    admitted: dict[int, bytes] = field(default_factory=dict)


class MemoryFile:
    """One signer's file, held alone for as long as it is open."""

    def __init__(self, folder: Path, owner: Account | None = None) -> None:
        """`owner`: to whom it belongs when somebody else writes it, who is root."""
        self.path = folder / NAME
        self._owner = owner
        self._lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._lock)
            raise MemoryBusy(f"another signer uses {folder}: two of them never share a memory") from error

    def close(self) -> None:
        os.close(self._lock)

    def read(self) -> Memory | None:
        """None when nothing was ever promised; MemoryBroken when it cannot be told what was."""
        return self.parsed(self.path)

    @staticmethod
    def parsed(path: Path) -> Memory | None:
        """The same, for who only looks."""
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise MemoryBroken(f"{path} cannot be read ({error.strerror})") from error
        return _parsed(path, content)

    def write(self, memory: Memory) -> None:
        """On disk when this returns."""
        files.write(self.path, _content(memory), 0o600, self._owner)


def _content(memory: Memory) -> bytes:
    body = json.dumps(_texts({"form": FORM, **asdict(memory)}), sort_keys=True)
    return f"{body}\n{sha256(body.encode()).hexdigest()}\n".encode()


def _parsed(path: Path, content: bytes) -> Memory:
    body, _, check = content.partition(b"\n")
    if check != f"{sha256(body).hexdigest()}\n".encode():
        raise MemoryBroken(f"{path} is damaged: put it back from a copy; `When the log is read-only` says what else")
    told = json.loads(body)
    base = told["base"]
    levels = [list(map(bytes.fromhex, level)) for level in base["levels"]]
    admitted = {int(position): bytes.fromhex(leaf) for position, leaf in told["admitted"].items()}
    return Memory(
        told["origin"], told["size"], bytes.fromhex(told["root"]), Base(base["size"], base["moment"], levels), admitted
    )


def _texts(value: object) -> object:
    """JSON has no bytes."""
    match value:
        case bytes():
            return value.hex()
        case dict():
            return {str(name): _texts(each) for name, each in value.items()}
        case list() | tuple():
            return [_texts(each) for each in value]
        case _:
            return value
