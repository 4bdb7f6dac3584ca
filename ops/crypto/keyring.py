"""Data keys by scope and by id, unwrapped and at hand: one tier, one root, one log."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from struct import pack
from uuid import UUID

from ops.crypto import labels
from ops.crypto.aead import Aead, NotOpened
from ops.crypto.key_store import KeyStore, Tier, WrappedKey
from ops.crypto.key_uses import AT_ONCE, MOST, Uses
from ops.crypto.providers.base import Root
from ops.ledger.errors import KeyOfOtherRoot, KeyShredded, KeysMoved, KeyTampered, KeyVersionMoved
from ops.ledger.log import Record

SIZE = 32
NONCE = 12
FORGET_AFTER = 300.0
TRIES = 3
_KEY = b"strongroom/key/1"


@lru_cache(maxsize=1024)
def _aead(key: bytes) -> Aead:
    """Made once for keys in frequent use, for that costs more than sealing with it; each holds 2.5 KiB, so not all."""
    return Aead(key)


@dataclass(frozen=True, slots=True)
class DataKey:
    """A key in use."""

    id: int
    scope: str
    key: bytes = field(repr=False)
    until: float

    @property
    def aead(self) -> Aead:
        return _aead(self.key)


class Wrapping:
    """How data keys of one tier of one log lie under its root. Ids are random: no id ever names another key."""

    def __init__(
        self, tier: Tier, root: Root, log_id: UUID, random: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._tier = tier
        self._root = root
        self._log_id = log_id
        self._random = random
        self._keks: dict[int, Aead] = {}

    def make(self, scope: str, kek: int, serial: int = 1) -> WrappedKey:
        """A fresh key for `scope`, under version `kek` of the root."""
        key_id = int.from_bytes(self._random(8)) >> 1 or 1
        return replace(self.wrap(key_id, scope, self._random(SIZE), kek), serial=serial)

    def wrap(self, key_id: int, scope: str, key: bytes, kek: int) -> WrappedKey:
        """`key` under a key-encryption key, bound to log, tier, id and scope."""
        nonce = self._random(NONCE)
        wrapped = self._kek(kek).encrypt(nonce, key, self._bound(key_id, scope))
        return WrappedKey(key_id, scope, kek, wrapped, nonce)

    def unwrap(self, stored: WrappedKey) -> bytes:
        """The key itself; KeyTampered when the row is not what was wrapped for this id and scope."""
        try:
            bound = self._bound(stored.id, stored.scope)
            return self._kek(stored.kek).decrypt(stored.nonce, stored.wrapped, bound)
        except LookupError as error:
            raise KeyOfOtherRoot(stored.id, stored.kek) from error
        except (NotOpened, ValueError) as error:
            raise KeyTampered(stored.id) from error

    def _kek(self, version: int) -> Aead:
        if version not in self._keks:
            self._keks[version] = Aead(self._root.derive(version, labels.kek(self._log_id, self._tier, version)))
        return self._keks[version]

    def _bound(self, key_id: int, scope: str) -> bytes:
        name = scope.encode()
        return labels.labelled(_KEY, self._log_id, self._tier) + pack(">QH", key_id, len(name)) + name


class Keyring:
    """Keys at hand. A shredded one leaves every process within five minutes: then each is asked for again."""

    def __init__(
        self, tier: Tier, root: Root, log_id: UUID, store: KeyStore,
        limit: int = 20_000, random: Callable[[int], bytes] = secrets.token_bytes,
        clock: Callable[[], float] = time.monotonic, most: int = MOST, at_once: int = AT_ONCE,
    ) -> None:  # fmt: skip
        self._uses = Uses(most, at_once, clock)
        self._wrapping = Wrapping(tier, root, log_id, random)
        self._newest = root.newest
        self._store = store
        self._limit = limit
        self._clock = clock
        self._by_id: OrderedDict[int, DataKey] = OrderedDict()
        self._by_scope: dict[str, DataKey] = {}

    async def data_key(self, scope: str) -> DataKey:
        """The key that seals for `scope` from now on, made and kept if there is none yet; for one use."""
        known = self._by_scope.get(scope)
        if known is None or self._clock() >= known.until:
            known = await self._current(scope)
        if self._uses.add(known.id):
            await self.count_uses()
        return known

    async def _current(self, scope: str) -> DataKey:
        """The newest, unless it has sealed as much as it is good for."""
        stored = await self._store.by_scope(scope) or await self._made(scope, 1)
        if stored.uses >= self._uses.most:
            stored = await self._made(scope, stored.serial + 1)
        return self._keep(stored)

    async def _made(self, scope: str, serial: int) -> WrappedKey:
        """A fresh one under the version that is used; that may move once while we look."""
        for _ in range(TRIES):
            version = await self._store.version()
            if version > self._newest():
                break
            with suppress(KeyVersionMoved):
                return await self._store.add(self._wrapping.make(scope, version, serial))
        raise KeysMoved(f"new keys lie under version {version} of their root, this process holds {self._newest()}")

    async def count_uses(self) -> None:
        """Tell the store what was sealed since the last time; whoever has sealed enough is not used any more."""
        pending = self._uses.taken()
        try:
            sums = await self._store.count(pending)
        except BaseException:
            self._uses.give_back(pending)
            raise
        worn = {key_id for key_id, uses in sums.items() if uses >= self._uses.most}
        self._by_scope = {scope: key for scope, key in self._by_scope.items() if key.id not in worn}

    async def by_id(self, key_id: int) -> DataKey:
        """The key that sealed something; KeyShredded when it is no more."""
        found = (await self.load([key_id])).get(key_id, KeyShredded(key_id))
        if not isinstance(found, DataKey):
            raise found
        return found

    async def load(self, ids: Collection[int]) -> Mapping[int, DataKey | KeyTampered]:
        """The keys of `ids` that exist, those not at hand fetched together; a shredded one is not among them."""
        wanted, now = set(ids), self._clock()
        found: dict[int, DataKey | KeyTampered] = {
            key_id: key for key_id in wanted if (key := self._by_id.get(key_id)) and now < key.until
        }
        if missing := wanted - found.keys():
            found |= {stored.id: self._kept(stored) for stored in await self._store.by_ids(missing)}
        return found

    async def shreddings(self, after: int) -> list[Record]:
        """The log's records behind `after` that say which keys were shredded, still sealed."""
        return await self._store.shreddings(after)

    def _kept(self, stored: WrappedKey) -> DataKey | KeyTampered:
        """A key that was tampered with stands for itself, or it would keep the others from being used."""
        try:
            return self._keep(stored)
        except KeyTampered as trouble:
            return trouble

    def _keep(self, stored: WrappedKey) -> DataKey:
        key = DataKey(stored.id, stored.scope, self._wrapping.unwrap(stored), self._clock() + FORGET_AFTER)
        self._by_id[key.id] = key
        if stored.uses < self._uses.most:
            self._by_scope[key.scope] = key
        self._by_id.move_to_end(key.id)
        if len(self._by_id) > self._limit:
            _, oldest = self._by_id.popitem(last=False)
            if self._by_scope.get(oldest.scope) is oldest:
                del self._by_scope[oldest.scope]
        return key


def scope_of(owner: UUID | None, today: date) -> str:
    """The scope of an owner who can be forgotten alone, or of the day."""
    return f"day:{today.isoformat()}" if owner is None else scope_alone(owner)


def scope_alone(subject: UUID) -> str:
    """The scope of what can be forgotten alone."""
    return f"stream:{subject}"


def name_key(event_root: Root, log_id: UUID) -> bytes:
    """The key under which names are reserved: from the first version for ever, or every name would move."""
    return event_root.derive(1, labels.names(log_id))
