"""Event keys for who reads the whole log in one thread: fetched a batch at a time, a bounded number at hand."""

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

AT_HAND = 4_000


class KeyReader:
    """Calling it with ids gives their keys: None for one that was tampered with, none at all for one that is gone."""

    def __init__(self, connection: Connection[Any], root: Root, log_id: UUID) -> None:
        self._connection = connection
        self._wrapping = Wrapping(Tier.EVENT, root, log_id)
        self._keys: OrderedDict[int, Aead | None] = OrderedDict()

    def __call__(self, ids: Collection[int]) -> dict[int, Aead | None]:
        missing = [key_id for key_id in ids if key_id not in self._keys]
        if missing:
            self._fetch(missing)
        found = {key_id: self._keys[key_id] for key_id in ids if key_id in self._keys}
        while len(self._keys) > AT_HAND:
            self._keys.popitem(last=False)
        return found

    def _fetch(self, ids: Collection[int]) -> None:
        cursor = self._connection.cursor(binary=True)
        for row in cursor.execute(BY_IDS[Tier.EVENT], (list(ids),), prepare=True):
            stored = WrappedKey(*row)
            self._keys[stored.id] = self._unwrapped(stored)

    def _unwrapped(self, stored: WrappedKey) -> Aead | None:
        try:
            return Aead(self._wrapping.unwrap(stored))
        except KeyTampered:
            return None
