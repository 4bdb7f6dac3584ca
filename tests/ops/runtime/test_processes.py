"""What a child is given at its start: of sealed roots what it may derive, and nothing of what opened them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ops.crypto import roots
from ops.crypto.key_store import Tier
from ops.crypto.providers import handed
from ops.runtime.process import StartError
from ops.runtime.processes import Process
from ops.settings import Settings
from tests.support.sealed_vault import KEY, in_shares


@pytest.fixture
def opened(tmp_path: Path) -> Settings:
    wait, _ = in_shares(tmp_path)
    roots.accept(wait.settings, KEY)
    return wait.settings


@pytest.mark.parametrize(
    ("kind", "tiers"),
    [("api", {"event", "secret"}), ("worker", {"event", "secret"}), ("projector", {"event"}), ("signer", set())],
)
def test_each_is_handed_what_it_may_derive(opened: Settings, kind: str, tiers: set[str]) -> None:
    number = Process(kind, opened, opened.state)._handed()
    if number is None:
        assert not tiers
        return
    with open(number, "rb") as file:
        content = file.read()
    assert set(handed.unpacked(content)) == tiers
    for tier in Tier:
        root = roots.read(opened, tier)
        assert root.versions[0].hex().encode() not in content  # type: ignore[attr-defined]


def test_none_is_told_where_the_passphrase_is(
    opened: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STRONGROOM_UNLOCK_FILE", str(tmp_path / "unlock"))
    settings = opened.with_(unlock_file=tmp_path / "unlock")
    env = Process("api", settings, settings.state)._env({"ready_fd": 3})
    assert env["STRONGROOM_READY_FD"] == "3"
    assert not any("UNLOCK" in name for name in env)
    assert str(os.getpid()) == env["STRONGROOM_SUPERVISOR"]


def test_one_that_falls_after_the_roots_were_sealed_asks_nobody_and_says_what_to_do(
    opened: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A supervisor may well have a terminal."""
    monkeypatch.setattr("sys.stdin", TerminalOfNobody())
    monkeypatch.setattr("getpass.getpass", lambda _: pytest.fail("somebody was asked"))
    roots.forget(opened)
    with pytest.raises(StartError, match="start it anew"):
        Process("api", opened, opened.state).start()


class TerminalOfNobody:
    def isatty(self) -> bool:
        return True
