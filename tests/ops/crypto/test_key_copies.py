"""Copies of keys go when they are old, whole or not; what was forgotten is remembered whole or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain import ids
from ops.crypto import forgotten, key_copies, keyfiles
from ops.crypto.forgotten import Gone
from ops.crypto.key_copies import Copy

NOW = datetime(2026, 7, 1, 12, 0, 0, tzinfo=UTC)
KEPT = timedelta(days=30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "keys"
    made.mkdir(mode=0o700)
    return made


def test_old_copies_go_and_so_does_what_was_left_half_done(folder: Path) -> None:
    old, new = (key_copies.put(folder, Copy(b"x", {}), at) for at in (NOW - KEPT - timedelta(days=1), NOW))
    left = folder / f".{old.name}.0123456789abcdef"
    left.write_bytes(b"half")
    (folder / "notes.txt").write_text("somebody else's")
    assert key_copies.prune(folder, NOW, KEPT) == 2
    assert sorted(path.name for path in folder.iterdir()) == ["notes.txt", new.name]
    assert new.stat().st_mode & 0o777 == 0o600


def test_what_was_forgotten_is_remembered_once(folder: Path) -> None:
    one, other = (Gone("user", ids.new(), (7, 1 << 62), ()) for _ in range(2))
    for each in (one, other, one):
        forgotten.remember(folder, each)
    assert forgotten.remembered(folder) == [one, other]


def test_killed_while_remembering_nothing_is_lost(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does half a line keep a vault from starting."""
    first = Gone("account", ids.new(), (7,), (8,))
    forgotten.remember(folder, first)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ops.crypto.keyfiles.os.rename", killed)
    with pytest.raises(KeyboardInterrupt):
        forgotten.remember(folder, Gone("account", ids.new(), (9,), (10,)))
    assert forgotten.remembered(folder) == [first]


def test_a_damaged_list_is_said_to_be_so(folder: Path) -> None:
    keyfiles.put(folder / forgotten.NAME, b'{"kind": "user"}\n')
    with pytest.raises(keyfiles.KeyFileError, match="is damaged: put it back from a safe copy"):
        forgotten.remembered(folder)
