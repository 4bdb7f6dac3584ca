"""Secrets that a test knows, each in a spelling that shows through whatever escapes or encodes it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

DECORATION = "\"'é% $(x)"
"""Stands behind each password: what escapes differ about, around letters that none of them touches."""

PASSWORDS = (
    "administrator", "colleague", "first", "second", "third", "mistyped", "imported", "misplaced",
    "of who uses sudo", "of who uses su", "of root", "of app2", "of app3", "of who goes between", "in doubt",
)  # fmt: skip


def canary() -> str:
    return secrets.token_hex(12)


@dataclass
class Secrets:
    """Passwords by name; each is its canary with the decoration behind it."""

    canaries: dict[str, str] = field(default_factory=lambda: {name: canary() for name in PASSWORDS})

    def __getitem__(self, name: str) -> str:
        return self.canaries[name] + DECORATION

    def note(self, name: str, value: str) -> str:
        """Something secret that the vault itself has made: looked for as a whole."""
        self.canaries[name] = value
        return value
