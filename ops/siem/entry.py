"""What is told of an event elsewhere: as the audit trail has it, and nothing that is sealed."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any
from uuid import UUID

from ops.crypto import labels
from ops.crypto.providers.base import Root

VENDOR = PRODUCT = "Strongroom"
Veil = Callable[[str], str]
"""A value → its pseudonym: the same for the same value, in one vault."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `recorded_at` is RFC 3339 in UTC, `severity` OCSF's number, `entry_hash` the leaf in hexadecimal
    digits; `personal` names the fields of `details` that are about people."""

    log_id: UUID
    product_version: str
    position: int
    recorded_at: str
    microseconds: int
    topic: str
    schema: int
    title: str
    ocsf: int
    severity: int
    actor_kind: str
    actor_id: str
    actor: str | None
    object_kind: str | None
    object_id: str
    object: str | None
    summary: str
    reason: str | None
    ticket: str | None
    session_id: str | None
    request_id: str | None
    channel: str
    stream: str
    version: int
    entry_hash: str
    details: Mapping[str, Any] = field(default_factory=dict)
    personal: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Unique among all vaults."""
        return f"{self.log_id}/{self.position}"

    def veiled(self, veil: Veil) -> Entry:
        """Reasons, tickets and what is personal as pseudonyms, names of people too. The line that sums it up goes: it
        may hold any of them."""
        hidden = {
            name: veil(str(value)) if name in self.personal and value is not None else value
            for name, value in self.details.items()
        }
        return replace(
            self, details=hidden, summary="", reason=_veiled(self.reason, veil), ticket=_veiled(self.ticket, veil),
            actor=_veiled(self.actor, veil),
            object=_veiled(self.object, veil) if self.object_kind == "user" else self.object,
        )  # fmt: skip


def veil_of(root: Root, log_id: UUID) -> Veil:
    """A log's pseudonyms: under a key from the first version of its root for ever, so that they never change."""
    return pseudonyms(root.derive(1, labels.pseudonyms(log_id)))


def pseudonyms(key: bytes) -> Veil:
    """Under a key of the vault's own: who has only the pseudonyms cannot try out names."""
    return lambda value: f"p-{hmac.digest(key, value.encode(), sha256).hex()[:16]}"


def _veiled(value: str | None, veil: Veil) -> str | None:
    return None if value is None else veil(value)
