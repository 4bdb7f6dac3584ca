"""The key of sealed roots in shares (SLIP-39): so many of them bring it back, fewer say nothing of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics

from ops.crypto.keyfiles import KeyFileError

FEWEST, MOST = 2, 16
LONGEST = 1024


class ShareRefused(Exception):
    """A share that does not help; the message says why, and nothing of what was given."""


def split(key: bytes, threshold: int, count: int) -> tuple[dict[str, Any], list[str]]:
    """How the key is had again, and the shares, 33 words each; KeyFileError for numbers that make no sense."""
    if not FEWEST <= threshold <= count <= MOST:
        raise KeyFileError(f"{threshold} of {count} shares is not possible: at least {FEWEST} of at most {MOST}")
    (shares,) = generate_mnemonics(1, [(threshold, count)], key)
    return {"set": Share.from_mnemonic(shares[0]).identifier, "threshold": threshold, "shares": count}, shares


@dataclass(slots=True)
class Gathering:
    """Shares as they come in, of one set. Not constant in time: whoever measures it holds shares already."""

    set: int
    need: int
    _words: dict[int, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, how: Mapping[str, Any]) -> Gathering:
        try:
            return cls(int(how["set"]), int(how["threshold"]))
        except (KeyError, TypeError, ValueError) as error:
            raise KeyFileError("roots.json does not say which shares open it: restore it from a safe copy") from error

    @property
    def members(self) -> tuple[int, ...]:
        """Which shares are here, by their numbers from 1."""
        return tuple(sorted(index + 1 for index in self._words))

    def add(self, words: str) -> bytes | None:
        """One more; the key once there are enough. ShareRefused leaves what was there."""
        said = " ".join(words.lower().split())
        share = _read(said)
        if share.identifier != self.set or share.member_threshold != self.need:
            raise ShareRefused("this share belongs to another set: it was made before the roots were sealed anew")
        if share.index in self._words:
            raise ShareRefused(f"share {share.index + 1} was given already: another one is needed")
        self._words[share.index] = said
        return None if len(self._words) < self.need else self._combined()

    def _combined(self) -> bytes:
        """All are given up when they do not fit: nobody can say which of them is the wrong one."""
        words = list(self._words.values())
        try:
            return bytes(combine_mnemonics(words))
        except MnemonicError as error:
            self._words.clear()
            raise ShareRefused("these shares do not fit together: begin anew with the first") from error

    def forget(self) -> None:
        self._words.clear()


def _read(words: str) -> Share:
    if len(words) > LONGEST:
        raise ShareRefused("this is no share: a share has 33 words")
    try:
        return Share.from_mnemonic(words)
    except (MnemonicError, ValueError, IndexError) as error:
        raise ShareRefused("this is no share, or a word of it is wrong: a share has 33 words") from error
