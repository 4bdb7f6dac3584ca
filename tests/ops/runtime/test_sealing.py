"""What is brought to a sealed vault: counted, refused, and remembered for the record."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from ops.crypto import roots
from ops.crypto.providers.sealed import RootsFile
from ops.runtime.sealing import REMEMBERED, Wait
from tests.support.sealed_vault import in_shares


@pytest.fixture
def sealed(tmp_path: Path) -> tuple[Wait, list[str]]:
    return in_shares(tmp_path)


def brought(wait: Wait, secret: str) -> tuple[bool, int, str]:
    said = wait.answer({"id": 7, "secret": secret, "peer": "192.0.2.7"})
    assert said["id"] == 7
    return said["sealed"], said["have"], said["refused"]


def test_asking_how_it_stands_brings_nothing(sealed: tuple[Wait, list[str]]) -> None:
    wait, _ = sealed
    assert wait.answer({"id": 1, "secret": None}) == {
        "id": 1, "sealed": True, "provider": "shares", "need": 2, "have": 0, "refused": "",
    }  # fmt: skip
    assert wait.made.attempts == []


def test_enough_shares_open_it_and_who_brought_which_is_known(sealed: tuple[Wait, list[str]]) -> None:
    wait, words = sealed
    assert brought(wait, words[2]) == (True, 1, "")
    assert brought(wait, words[2])[:2] == (True, 1)
    assert brought(wait, words[0]) == (False, 2, "")
    assert (wait.made.shares, wait.made.refused, len(wait.made.attempts)) == ((1, 3), 1, 3)
    assert {each.peer for each in wait.made.attempts} == {"192.0.2.7"}
    said = repr(wait.made)
    assert not any(word in said for share in words for word in share.split() if len(word) > 7)


def test_shares_that_fit_together_and_open_nothing_are_given_up(
    sealed: tuple[Wait, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file says the name of a set, and something else was sealed there."""
    wait, words = sealed
    found = RootsFile(wait.settings.log_id, "shares", wait.found.how)
    found.with_version(b"z" * 32, "event", b"e" * 32).write(wait.settings.keys / roots.NAME)
    brought(wait, words[0])
    sealed_still, have, refused = brought(wait, words[1])
    assert (sealed_still, have) == (True, 0)
    assert "does not open" in refused


def test_a_flood_of_wrong_ones_is_counted_and_not_kept(sealed: tuple[Wait, list[str]]) -> None:
    wait, _ = sealed
    for _ in range(REMEMBERED * 2):
        brought(wait, "wrong")
    assert (wait.made.refused, len(wait.made.attempts)) == (REMEMBERED * 2, REMEMBERED)


def test_a_file_that_is_damaged_meanwhile_refuses_everybody_and_ends_nothing(sealed: tuple[Wait, list[str]]) -> None:
    wait, words = sealed
    brought(wait, words[0])
    (wait.settings.keys / roots.NAME).write_bytes(b"{")
    still, _, refused = brought(wait, words[1])
    assert still
    assert "no file of sealed roots" in refused


@pytest.mark.parametrize("said", [b"", b"7", b'"x"', b"null", b"\xff", b"[[1]]"])
def test_what_is_no_question_is_not_answered(sealed: tuple[Wait, list[str]], said: bytes) -> None:
    """Whoever took the door over could say anything."""
    wait, _ = sealed
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        ours.setblocking(False)
        theirs.send(said or b" ")
        wait._listen(ours)
        theirs.setblocking(False)
        with pytest.raises(BlockingIOError):
            theirs.recv(1)
    assert wait.made.attempts == []
