"""A secret in the open and a secret under seal; only the second may enter an event."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Never
from uuid import UUID


class Secret:
    """An open secret. It never prints, pickles, encodes or compares by accident; `reveal` is the one way out."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself. Who calls this is named, with the reason, in tests/architecture/test_secrets.py."""
        return self._value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> Never:
        raise TypeError("an open secret is not to be pickled or copied")


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """A secret as events carry it: sealed under a secret key and bound to its owner, its field and this id."""

    id: UUID
    sealed: bytes

    def __repr__(self) -> str:
        return f"SealedSecret({self.id})"
