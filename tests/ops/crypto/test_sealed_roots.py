"""Roots that are sealed under a passphrase or under shares: they open with it, and with nothing else."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ops.crypto import keyfiles
from ops.crypto.keyfiles import KeyFileError
from ops.crypto.providers import passphrase, shares
from ops.crypto.providers.sealed import NotTheirKey, RootsFile
from ops.crypto.providers.shares import Gathering, ShareRefused

LOG = UUID("a2b6a1de-5f0c-4f64-8ed6-56f0a7d8a0f1")
KEY = b"k" * 32
EVENT, SECRET = b"e" * 32, b"s" * 32


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """argon2id as it is, with less of it."""
    monkeypatch.setattr(passphrase, "MEMORY", 64)
    monkeypatch.setattr(passphrase, "PASSES", 1)


def sealed(key: bytes = KEY) -> RootsFile:
    made = RootsFile(LOG, "passphrase", {})
    return (
        made.with_version(key, "event", EVENT).with_version(key, "event", b"f" * 32).with_version(key, "secret", SECRET)
    )


def test_roots_come_back_as_they_were_and_say_nothing_before(tmp_path: Path) -> None:
    path = tmp_path / "roots.json"
    tmp_path.chmod(0o700)
    sealed().write(path)
    found = RootsFile.read(path)
    opened = found.opened(KEY)
    assert (opened["event"].versions, opened["secret"].versions) == ((EVENT, b"f" * 32), (SECRET,))
    assert found.versions() == {"event": 2, "secret": 1}
    content = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    for root in (EVENT, SECRET, KEY):
        assert root not in content
        assert b64encode(root).rstrip(b"=")[:-1] not in content
        assert root.hex().encode() not in content


def test_another_key_opens_nothing() -> None:
    with pytest.raises(NotTheirKey):
        sealed().opened(b"x" * 32)


@pytest.mark.parametrize("swap", [("event", "secret"), ("secret", "event")])
def test_a_root_does_not_open_in_the_place_of_another(swap: tuple[str, str]) -> None:
    made = sealed()
    content = {swap[0]: made.sealed[swap[1]][:1]}
    with pytest.raises(NotTheirKey):
        RootsFile(LOG, "passphrase", {}, content).opened(KEY)


def test_versions_do_not_change_places() -> None:
    made = sealed()
    with pytest.raises(NotTheirKey):
        RootsFile(LOG, "passphrase", {}, {"event": tuple(reversed(made.sealed["event"]))}).opened(KEY)


def test_those_of_another_log_do_not_open() -> None:
    with pytest.raises(NotTheirKey):
        RootsFile(UUID(int=1), "passphrase", {}, sealed().sealed).opened(KEY)


def test_every_changed_bit_is_noticed() -> None:
    made = sealed()
    content = made.sealed["secret"][0]
    for bit in range(len(content) * 8):
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(NotTheirKey):
            RootsFile(LOG, "passphrase", {}, {"secret": (bytes(changed),)}).opened(KEY)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"format": "strongroom-roots/1"}',
        b'{"format": "strongroom-roots/9", "log": "x"}',
        b"\xff",
    ],
)
def test_a_file_that_is_none_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    tmp_path.chmod(0o700)
    keyfiles.put(tmp_path / "roots.json", content)
    with pytest.raises(KeyFileError, match="no file of sealed roots"):
        RootsFile.read(tmp_path / "roots.json")


@pytest.mark.usefixtures("quick")
def test_a_passphrase_gives_the_same_key_again_and_another_gives_another() -> None:
    how, key = passphrase.make("six words that nobody ever says")
    assert passphrase.key(how, "six words that nobody ever says") == key
    assert passphrase.key(how, "six words that nobody ever said") != key
    assert passphrase.make("six words that nobody ever says")[1] != key, "each has its own salt"


def test_what_argon2id_is_asked_for_is_no_less_than_rfc_9106_recommends_second() -> None:
    assert (passphrase.MEMORY >= 64 * 1024, passphrase.PASSES >= 3, passphrase.SALT >= 16) == (True, True, True)


@pytest.mark.parametrize("said", ["", "short", "fifteen letters", "x" * 1025])
def test_a_passphrase_that_could_be_guessed_is_refused(said: str) -> None:
    with pytest.raises(passphrase.TooShort):
        passphrase.make(said)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "change",
    [
        {"memory": 1 << 40},
        {"passes": 0},
        {"lanes": 0},
        {"salt": "??"},
        {"salt": ""},
        {"memory": "much"},
        {"salt": None},
    ],
)
def test_a_file_that_asks_for_nonsense_is_refused_before_it_is_tried(change: dict[str, Any]) -> None:
    how, _ = passphrase.make("six words that nobody ever says")
    with pytest.raises(KeyFileError):
        passphrase.key({**how, **change}, "six words that nobody ever says")


def test_any_three_of_five_bring_the_key_back_and_two_do_not() -> None:
    how, words = shares.split(KEY, 3, 5)
    for chosen in combinations(words, 3):
        gathering = Gathering.of(how)
        assert [gathering.add(each) for each in chosen] == [None, None, KEY]
    for pair in combinations(words, 2):
        gathering = Gathering.of(how)
        assert [gathering.add(each) for each in pair] == [None, None]


def test_the_reference_s_own_reader_takes_our_shares() -> None:
    """Whoever has lost this program still opens what was sealed."""
    import shamir_mnemonic

    _, words = shares.split(KEY, 2, 3)
    assert shamir_mnemonic.combine_mnemonics(words[1:]) == KEY


def test_a_share_that_was_given_before_does_not_count_twice() -> None:
    how, words = shares.split(KEY, 2, 3)
    gathering = Gathering.of(how)
    gathering.add(words[0])
    with pytest.raises(ShareRefused, match="share 1 was given already"):
        gathering.add(f"  {words[0].upper()}\n")
    assert gathering.members == (1,)
    assert gathering.add(words[2]) == KEY


def test_a_wrong_word_is_seen_before_it_counts() -> None:
    how, words = shares.split(KEY, 2, 3)
    gathering = Gathering.of(how)
    wrong = words[0].split()
    wrong[7] = "academic" if wrong[7] != "academic" else "acid"
    for said in (" ".join(wrong), "academic", "", "x" * 5000, words[0].rsplit(" ", 1)[0]):
        with pytest.raises(ShareRefused, match="33 words") as refused:
            gathering.add(said)
        assert wrong[7] not in str(refused.value)
    assert gathering.members == ()


def test_a_share_of_an_earlier_ceremony_is_refused() -> None:
    how, words = shares.split(KEY, 2, 3)
    earlier = shares.split(KEY, 2, 3)[1]
    gathering = Gathering.of(how)
    with pytest.raises(ShareRefused, match="another set"):
        gathering.add(earlier[0])
    assert gathering.add(words[0]) is None


def test_shares_that_are_right_each_and_do_not_fit_are_all_given_up() -> None:
    """Somebody who holds a share made others that have its set's name: their sums are right, what they say is not."""
    from shamir_mnemonic import Share

    how, words = shares.split(KEY, 2, 3)
    true = Share.from_mnemonic(words[0])
    forged = Share(
        true.identifier, true.extendable, true.iteration_exponent, 0, 1, 1, 2, 2, bytes(len(true.value))
    ).mnemonic()
    gathering = Gathering.of(how)
    gathering.add(words[0])
    with pytest.raises(ShareRefused, match="do not fit"):
        gathering.add(forged)
    assert gathering.members == ()
    assert [gathering.add(words[0]), gathering.add(words[1])] == [None, KEY]


@pytest.mark.parametrize(("threshold", "count"), [(1, 5), (6, 5), (0, 0), (2, 17), (-1, 3)])
def test_numbers_that_make_no_sense_are_refused(threshold: int, count: int) -> None:
    with pytest.raises(KeyFileError, match="not possible"):
        shares.split(KEY, threshold, count)


def test_the_file_says_how_many_it_takes_and_nothing_of_them(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    how, words = shares.split(KEY, 2, 3)
    RootsFile(LOG, "shares", how).with_version(KEY, "event", EVENT).write(tmp_path / "roots.json")
    said = json.loads((tmp_path / "roots.json").read_text())
    assert set(said["how"]) == {"set", "threshold", "shares"}
    assert not any(word in (tmp_path / "roots.json").read_text() for word in words[0].split() if len(word) > 6)
    assert len(b64decode(said["sealed"]["event"][0])) == 12 + 32 + 16
