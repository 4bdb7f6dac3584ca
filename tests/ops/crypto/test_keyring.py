"""Data keys: one a scope, wrapped under the root, fetched again after five minutes, gone when their row is gone."""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from ops.crypto.author_keys import Hmac
from ops.crypto.key_store import MemoryKeyStore, Tier
from ops.crypto.keyring import FORGET_AFTER, Keyring, name_key
from ops.crypto.providers.file import FileRoot
from ops.ledger.errors import KeyShredded, KeyTampered

LOG_ID = UUID(int=77)
ROOT = FileRoot(b"r" * 32)


class CountingStore(MemoryKeyStore):
    """Says how often it was asked."""

    asked = 0

    async def by_ids(self, ids: object) -> list[object]:  # type: ignore[override]
        self.asked += 1
        return await super().by_ids(ids)  # type: ignore[arg-type, return-value]


def keyring(store: MemoryKeyStore, root: FileRoot = ROOT, tier: Tier = Tier.EVENT, log_id: UUID = LOG_ID) -> Keyring:
    return Keyring(tier, root, log_id, store)


async def test_a_scope_has_one_key_whoever_comes_first() -> None:
    store = MemoryKeyStore()
    rings = [keyring(store) for _ in range(5)]
    keys = await asyncio.gather(*(ring.data_key("stream:a") for ring in rings for _ in range(3)))
    assert len({key.id for key in keys}) == 1
    assert len(store.keys) == 1


async def test_what_one_ring_seals_another_opens() -> None:
    store = MemoryKeyStore()
    key = await keyring(store).data_key("stream:a")
    sealed = key.aead.encrypt(bytes(12), b"text", None)
    assert (await keyring(store).by_id(key.id)).aead.decrypt(bytes(12), sealed, None) == b"text"


@pytest.mark.parametrize(
    "other",
    [
        {"root": FileRoot(b"q" * 32)},
        {"tier": Tier.SECRET},
        {"log_id": UUID(int=78)},
    ],
)
async def test_no_other_root_tier_or_log_unwraps_it(other: dict[str, object]) -> None:
    store = MemoryKeyStore()
    key = await keyring(store).data_key("stream:a")
    with pytest.raises(KeyTampered):
        await keyring(store, **other).by_id(key.id)  # type: ignore[arg-type]


async def test_a_key_that_is_gone_is_shredded() -> None:
    with pytest.raises(KeyShredded):
        await keyring(MemoryKeyStore()).by_id(5)


async def test_a_shredded_key_leaves_a_running_process_within_five_minutes() -> None:
    now, store = [0.0], MemoryKeyStore()
    ring = Keyring(Tier.EVENT, ROOT, LOG_ID, store, clock=lambda: now[0])
    key = await ring.data_key("stream:a")
    store.keys.clear()
    now[0] = FORGET_AFTER - 1
    assert await ring.by_id(key.id) is key
    now[0] = FORGET_AFTER
    with pytest.raises(KeyShredded):
        await ring.by_id(key.id)
    assert (await ring.data_key("stream:a")).id != key.id


async def test_keys_at_hand_are_not_asked_for_and_the_others_together() -> None:
    store = CountingStore()
    ids = [(await keyring(store).data_key(f"stream:{n}")).id for n in range(10)]
    ring = keyring(store)
    await ring.load(ids[:5])
    await ring.load(ids)
    await ring.load(ids)
    assert store.asked == 2


async def test_the_number_of_keys_at_hand_is_bounded() -> None:
    store = MemoryKeyStore()
    ring = Keyring(Tier.EVENT, ROOT, LOG_ID, store, limit=3)
    for n in range(10):
        await ring.data_key(f"stream:{n}")
    assert len(ring._by_id) == len(ring._by_scope) == 3
    assert (await ring.data_key("stream:0")).scope == "stream:0"


async def test_a_new_version_of_the_root_wraps_new_keys_once_all_know_it_and_still_opens_old_ones() -> None:
    store = MemoryKeyStore()
    old = await keyring(store).data_key("stream:a")
    ring = keyring(store, FileRoot(b"r" * 32, b"t" * 32))
    assert store.keys[(await ring.data_key("stream:early")).id].kek == 1
    store.known = 2
    new = await ring.data_key("stream:b")
    assert [store.keys[key.id].kek for key in (old, new)] == [1, 2]
    assert (await ring.by_id(old.id)).scope == "stream:a"
    assert name_key(FileRoot(b"r" * 32, b"t" * 32), LOG_ID) == name_key(ROOT, LOG_ID)


async def test_ids_fit_the_database_and_are_not_guessable() -> None:
    store = MemoryKeyStore()
    ring = keyring(store)
    for n in range(50):
        await ring.data_key(f"stream:{n}")
    assert all(0 < key_id < 1 << 63 for key_id in store.keys)
    highest = Keyring(Tier.EVENT, ROOT, LOG_ID, MemoryKeyStore(), random=lambda count: b"\xff" * count)
    assert (await highest.data_key("x")).id == (1 << 63) - 1


async def test_a_wrapped_key_that_was_cut_is_refused() -> None:
    store = MemoryKeyStore()
    key = await keyring(store).data_key("stream:a")
    whole = store.keys[key.id]
    for cut in (replace(whole, wrapped=b""), replace(whole, nonce=b""), replace(whole, wrapped=bytes(47))):
        broken = MemoryKeyStore({key.id: cut})
        with pytest.raises(KeyTampered):
            await keyring(broken).by_id(key.id)


def test_derivation_is_the_expand_step_of_hkdf() -> None:
    assert ROOT.derive(1, b"label") == HKDFExpand(SHA256(), 32, b"label").derive(b"r" * 32)


@given(st.binary(max_size=64), st.binary(max_size=300))
def test_our_hmac_is_hmac(key: bytes, message: bytes) -> None:
    assert Hmac(key).digest(message) == hmac.digest(key, message, "sha256")


def test_names_are_reserved_under_a_key_of_the_log() -> None:
    assert name_key(ROOT, LOG_ID) != name_key(ROOT, UUID(int=78)) != name_key(FileRoot(b"q" * 32), UUID(int=78))
