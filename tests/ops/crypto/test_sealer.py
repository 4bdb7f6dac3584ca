"""Secrets come back as they were, do not show their length, and are out of reach of who holds event keys."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.secrets import Secret
from ops.crypto.key_store import Tier
from ops.crypto.keyring import Keyring
from ops.crypto.sealer import LONGEST, Sealer
from ops.ledger.errors import KeyShredded, KeyTampered
from tests.ops.ledger.sample import LOG_ID, fresh_keys

OWNER, USER = UUID(int=1), UUID(int=2)


@given(st.text(st.characters(exclude_categories=["Cs"])))
async def test_any_secret_comes_back_byte_for_byte(text: str) -> None:
    sealer = fresh_keys().sealer()
    sealed = await sealer.seal(Secret(text), OWNER, "password")
    assert (await sealer.open(sealed, OWNER, "password")).reveal() == text
    assert (len(sealed.sealed) - 37) % 64 == 0


async def test_passwords_of_ordinary_lengths_look_alike() -> None:
    sealer = fresh_keys().sealer()
    sealed = [await sealer.seal(Secret("x" * length), OWNER, "password") for length in (0, 8, 60)]
    assert len({len(each.sealed) for each in sealed}) == 1
    assert len({each.sealed for each in sealed}) == 3


async def test_a_secret_may_lie_under_its_users_key() -> None:
    """A verifier belongs to a sign-in's stream but dies with its user's key."""
    keys = fresh_keys()
    sealed = await keys.sealer().seal(Secret("verifier"), OWNER, "verifier", scope=USER)
    assert [key.scope for key in keys.secrets.keys.values()] == [f"stream:{USER}"]
    assert await keys.sealer().open(sealed, OWNER, "verifier") == Secret("verifier")


async def test_shredding_the_key_ends_the_secret() -> None:
    keys = fresh_keys()
    sealed = await keys.sealer().seal(Secret("gone"), OWNER, "password")
    keys.secrets.keys.clear()
    with pytest.raises(KeyShredded):
        await keys.sealer().open(sealed, OWNER, "password")


async def test_the_event_root_opens_no_secret() -> None:
    keys = fresh_keys()
    sealed = await keys.sealer().seal(Secret("hidden"), OWNER, "password")
    as_projector = Sealer(LOG_ID, Keyring(Tier.SECRET, keys.event_root, LOG_ID, keys.secrets))
    with pytest.raises(KeyTampered):
        await as_projector.open(sealed, OWNER, "password")


async def test_a_secret_has_a_size() -> None:
    with pytest.raises(ValueError, match="at most"):
        await fresh_keys().sealer().seal(Secret("x" * (LONGEST + 1)), OWNER, "password")


async def test_a_sealed_secret_prints_only_its_id() -> None:
    sealed = await fresh_keys().sealer().seal(Secret("hunter2"), OWNER, "password")
    assert repr(sealed) == f"SealedSecret({sealed.id})"
