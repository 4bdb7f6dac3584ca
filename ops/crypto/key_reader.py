"""Event keys for who reads the whole log in one thread: fetched a batch at a time, the newest at hand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from psycopg import Connection

from ops.crypto.aead import Aead
from ops.crypto.key_store import BY_IDS, Tier, WrappedKey
from ops.crypto.keyring import Wrapping
from ops.crypto.providers.base import Root
from ops.ledger.errors import KeyTampered

AT_HAND = 1_000
"""Each holds 2.5 KiB, in every process: more of them is what memory would grow by on a long log."""


class KeyReader:
    """Calling it with ids gives their keys: None for one that was tampered with, none at all for one that is gone."""

    def __init__(self, connection: Connection[Any], root: Root, log_id: UUID) -> None:
        self._connection = connection
        self._wrapping = Wrapping(Tier.EVENT, root, log_id)
        self._keys: OrderedDict[int, Aead | None] = OrderedDict()

    def __call__(self, ids: Collection[int]) -> dict[int, Aead | None]:
        found = {key_id: self._keys[key_id] for key_id in ids if key_id in self._keys}
        if missing := [key_id for key_id in ids if key_id not in found]:
            found |= self._fetched(missing)
            self._keep(found)
        return found

    def _keep(self, found: dict[int, Aead | None]) -> None:
        """Those of this call, and of the others as many of the newest as there is room for."""
        for key_id, key in found.items():
            self._keys[key_id] = key
            self._keys.move_to_end(key_id)
        while len(self._keys) > AT_HAND:
            self._keys.popitem(last=False)

    def _fetched(self, ids: Collection[int]) -> dict[int, Aead | None]:
        cursor = self._connection.cursor(binary=True)
        rows = cursor.execute(BY_IDS[Tier.EVENT], (list(ids),), prepare=True)
        return {stored.id: self._unwrapped(stored) for stored in (WrappedKey(*row) for row in rows)}

    def _unwrapped(self, stored: WrappedKey) -> Aead | None:
        try:
            return Aead(self._wrapping.unwrap(stored))
        except KeyTampered:
            return None
