"""A root that somebody else holds: what it gives is handed on, once for each process, and the root itself never is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from ops.crypto import labels
from ops.crypto.providers.base import Root


@dataclass(frozen=True, slots=True)
class HandedRoot:
    """All that a process ever derives from one root, made by whoever may."""

    versions: int
    derived: Mapping[tuple[int, bytes], bytes] = field(repr=False)

    def newest(self) -> int:
        return self.versions

    def derive(self, version: int, info: bytes) -> bytes:
        try:
            return self.derived[version, info]
        except KeyError:
            raise LookupError(f"nothing of this root's version {version} was handed on for that") from None

    def fingerprint(self) -> bytes:
        return self.derive(1, labels.FINGERPRINT)


def packed(roots: Mapping[str, Root], log_id: UUID) -> bytes:
    """What these roots give, by tier, for one process to read."""
    return json.dumps({
        tier: {
            "versions": root.newest(),
            "derived": [
                [version, info.hex(), root.derive(version, info).hex()]
                for version, info in labels.all_of(log_id, tier, root.newest())
            ],
        }
        for tier, root in roots.items()
    }).encode()  # fmt: skip


def unpacked(content: bytes) -> dict[str, HandedRoot]:
    """The same, where it arrives."""
    return {
        tier: HandedRoot(
            said["versions"],
            {(version, bytes.fromhex(info)): bytes.fromhex(key) for version, info, key in said["derived"]},
        )
        for tier, said in json.loads(content).items()
    }
