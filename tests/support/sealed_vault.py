"""A vault whose roots are sealed in shares, as far as files go, and what waits behind its door."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from ops.crypto import keeping, roots
from ops.crypto.keeping import Kept
from ops.crypto.providers import shares
from ops.crypto.roots import Provider
from ops.runtime import keys
from ops.runtime.sealing import Wait
from ops.settings import Settings

KEY = b"k" * 32


def with_files(folder: Path) -> Settings:
    """A log whose roots are files."""
    state = folder / "state"
    state.mkdir()
    (state / "log.id").write_text(str(uuid4()))
    settings = Settings(state=state, config=folder / "config")
    keys.make(settings)
    return settings


def in_shares(folder: Path) -> tuple[Wait, list[str]]:
    """Two of three, and the shares."""
    settings = with_files(folder)
    how, words = shares.split(KEY, 2, 3)
    keeping.keep(settings, keeping.held(settings), Kept(Provider.SHARES, how, KEY))
    found = roots.described(settings)
    assert found is not None
    return Wait(settings, found), words
