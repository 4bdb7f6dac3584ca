"""Who began a replay: whoever logged in, as far as root's word for it can be a person's number."""

from __future__ import annotations

import os
import pwd

import pytest

from commands.operators import operator

SAID = {
    "": "root", "root": "root", "-1": "root", "1.5": "root", "١": "root", "0": "root",
    "1": pwd.getpwuid(1).pw_name, "987654": "987654", "9" * 30: "9" * 30,
}  # fmt: skip


@pytest.mark.parametrize("said", SAID)
def test_root_is_whoever_became_it_when_that_is_a_number(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 0)
    monkeypatch.setenv("SUDO_UID", said)
    assert operator() == SAID[said]


def test_nobody_else_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 1)
    monkeypatch.setenv("SUDO_UID", "0")
    assert operator() == pwd.getpwuid(1).pw_name
