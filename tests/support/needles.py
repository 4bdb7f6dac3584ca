"""Looking for something in bytes, in every spelling in which it could have got there."""

from __future__ import annotations

import base64
import html
import json
import mmap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

SHORTEST = 8

Spelling = Callable[[str], bytes]
SPELLINGS: Mapping[str, Spelling] = {
    "raw": lambda text: text.encode(),
    "hex": lambda text: text.encode().hex().encode(),
    "HEX": lambda text: text.encode().hex().upper().encode(),
    "base64, first": lambda text: _base64(text.encode(), 0),
    "base64, second": lambda text: _base64(text.encode(), 1),
    "base64, third": lambda text: _base64(text.encode(), 2),
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "percent": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()).encode(),
    "PERCENT": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()).encode(),
    "quoted": lambda text: quote(text, safe="").encode(),
    "escaped": lambda text: json.dumps(text)[1:-1].encode(),
    "html": lambda text: html.escape(text).encode(),
    "json": lambda text: "".join(f"\\u{ord(char):04x}" for char in text).encode(),
    "JSON": lambda text: "".join(f"\\u{ord(char):04X}" for char in text).encode(),
}


@dataclass(frozen=True)
class Found:
    """What was found, how it was spelled, and where."""

    what: str
    spelling: str
    where: str


class Needles:
    """Texts and binary keys by name. A text of letters and digits alone shows through every escaping there is."""

    def __init__(self, texts: Mapping[str, str], keys: Mapping[str, bytes] | None = None) -> None:
        assert all(len(text) >= SHORTEST for text in texts.values())
        self._wanted = [(name, how, spell(text)) for name, text in texts.items() for how, spell in SPELLINGS.items()]
        for name, key in (keys or {}).items():
            self._wanted += [(name, "raw", key), (name, "hex", key.hex().encode())]
            self._wanted += [(name, f"base64, {before} before", _base64(key, before)) for before in range(3)]

    def in_bytes(self, content: bytes | mmap.mmap, where: str) -> list[Found]:
        return [Found(name, how, where) for name, how, pattern in self._wanted if content.find(pattern) >= 0]

    def in_file(self, path: Path) -> list[Found]:
        """A file's name and what is in it; one that has gone meanwhile holds nothing."""
        named = self.in_bytes(str(path).encode(), f"the name of {path}")
        try:
            with open(path, "rb") as file:
                size = file.seek(0, 2)
                return named + (self._mapped(file.fileno(), size, str(path)) if size else [])
        except FileNotFoundError:
            return named

    def in_files(self, paths: Iterable[Path]) -> list[Found]:
        return [found for path in paths for found in self.in_file(path)]

    def _mapped(self, number: int, size: int, where: str) -> list[Found]:
        with mmap.mmap(number, size, prot=mmap.PROT_READ) as content:
            return self.in_bytes(content, where)


def _base64(wanted: bytes, before: int) -> bytes:
    """The part of it that is the same whatever stands before and behind: `before` bytes of three are another's."""
    encoded = base64.b64encode(b"\0" * before + wanted)
    whole = (before + len(wanted)) // 3 * 4
    return encoded[(0, 2, 3)[before] : whole]


def every_spelling(text: str) -> bytes:
    """A control: one text in all spellings, as any of them could be found."""
    blocks = (base64.b64encode(b"-" * before + text.encode() + b"-") for before in range(3))
    return b"\n".join([*(spell(text) for spell in SPELLINGS.values()), *blocks, b""])
