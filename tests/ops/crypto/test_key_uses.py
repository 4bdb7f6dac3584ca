"""A key seals so often and no more: random nonces come twice some day, and long before that another key is used."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date
from uuid import UUID

import pytest

from domain.secrets import Secret
from ops.crypto.key_store import MemoryKeyStore, Tier
from ops.crypto.key_uses import AT_ONCE, EVERY, MOST
from ops.crypto.keyring import Keyring, scope_of
from ops.crypto.providers.file import FileRoot
from ops.crypto.sealer import Sealer
from ops.ledger.errors import Away

LOG, OWNER = UUID(int=77), UUID(int=5)
ROOT = FileRoot(b"r" * 32)


def ring(store: MemoryKeyStore, most: int = 1000, at_once: int = 100, clock: list[float] | None = None) -> Keyring:
    now = clock if clock is not None else [0.0]
    return Keyring(Tier.SECRET, ROOT, LOG, store, clock=lambda: now[0], most=most, at_once=at_once)


def test_what_a_key_is_good_for_is_far_below_what_nonces_are_good_for() -> None:
    processes = 1000
    assert MOST + processes * AT_ONCE < 2**32 / 8


async def test_no_key_seals_more_than_it_is_good_for_whoever_uses_it() -> None:
    store = MemoryKeyStore()
    rings = [ring(store) for _ in range(3)]
    used: Counter[int] = Counter()
    for turn in range(9_000):
        used[(await rings[turn % 3].data_key("stream:a")).id] += 1
    assert max(used.values()) <= 1000 + 3 * 100
    assert len(used) >= 7
    assert sorted(key.serial for key in store.keys.values()) == list(range(1, len(used) + 1))


@pytest.mark.slow
async def test_a_million_seals_have_a_million_nonces_and_more_than_one_key() -> None:
    store = MemoryKeyStore()
    sealer, secret = Sealer(LOG, ring(store, 250_000, 10_000)), Secret("x")
    seen: set[bytes] = set()
    for _ in range(1_000_000):
        sealed = await sealer.seal(secret, OWNER, "password")
        seen.add(sealed.sealed[1:21])  # the key's id, and the nonce
    assert len(seen) == 1_000_000
    assert len(store.keys) >= 4


async def test_what_was_sealed_under_a_worn_key_still_opens() -> None:
    store = MemoryKeyStore()
    sealer = Sealer(LOG, ring(store, 10, 2))
    sealed = [await sealer.seal(Secret(f"password {n}"), OWNER, "password") for n in range(50)]
    assert len(store.keys) >= 4
    again = Sealer(LOG, ring(store, 10, 2))
    assert [(await again.open(each, OWNER, "password")).reveal() for each in reversed(sealed)] == [
        f"password {n}" for n in reversed(range(50))
    ]
    ids = {key.id for key in store.keys.values()}
    newest = max(store.keys.values(), key=lambda key: key.serial).id
    fresh = await again.seal(Secret("x"), OWNER, "password")
    assert int.from_bytes(fresh.sealed[1:9]) not in ids - {newest}, "a key that was opened by id is not used again"


async def test_uses_are_told_after_a_minute_and_at_the_end() -> None:
    now, store = [0.0], MemoryKeyStore()
    mine = ring(store, clock=now)
    key = await mine.data_key(scope_of(None, date(2026, 3, 1)))
    assert store.keys[key.id].uses == 0
    now[0] = EVERY
    await mine.data_key(key.scope)
    assert store.keys[key.id].uses == 2
    await mine.data_key(key.scope)
    await mine.count_uses()
    assert store.keys[key.id].uses == 3


async def test_uses_that_could_not_be_told_are_told_later() -> None:
    class Sometimes(MemoryKeyStore):
        away = True

        async def count(self, uses: object) -> dict[int, int]:
            if self.away:
                raise Away("x")
            return await super().count(uses)  # type: ignore[arg-type]

    store = Sometimes()
    mine = ring(store)
    key = await mine.data_key("stream:a")
    with pytest.raises(Away):
        await mine.count_uses()
    await mine.data_key("stream:a")
    store.away = False
    await mine.count_uses()
    assert store.keys[key.id].uses == 2


async def test_two_who_wear_a_key_out_at_once_go_on_with_the_same_one() -> None:
    store = MemoryKeyStore()
    rings = [ring(store, 10, 1) for _ in range(4)]
    await asyncio.gather(*(each.data_key("stream:a") for each in rings for _ in range(6)))
    assert sorted(key.serial for key in store.keys.values()) in ([1, 2], [1, 2, 3])
