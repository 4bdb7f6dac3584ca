"""From one way of keeping roots to another: interrupted anywhere, one of both opens the log; nothing is left over."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from ops.crypto import keeping, keyfiles, roots
from ops.crypto.keeping import Kept
from ops.crypto.key_store import Tier
from ops.crypto.keyfiles import KeyFileError
from ops.crypto.providers.sealed import RootsFile
from ops.crypto.roots import Locked, Provider
from ops.settings import Settings
from tests.support.sealed_vault import KEY, with_files


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A log whose roots are files, two versions of one of them."""
    made = with_files(tmp_path)
    keyfiles.extend(roots.plain(made, Tier.SECRET))
    return made


def seal(settings: Settings) -> dict[Tier, bytes]:
    before = keeping.held(settings)
    keeping.keep(settings, before, Kept(Provider.PASSPHRASE, {"x": 1}, KEY))
    return {tier: root.fingerprint() for tier, root in before.items()}


def fingerprints(settings: Settings) -> dict[Tier, bytes]:
    return {tier: roots.read(settings, tier).fingerprint() for tier in Tier}


def test_roots_are_the_same_whichever_way_they_are_kept(settings: Settings) -> None:
    before = seal(settings)
    assert roots.provider(settings) is Provider.PASSPHRASE
    assert not any(roots.plain(settings, tier).exists() for tier in Tier)
    assert roots.versions(settings) == {"event": 1, "secret": 2}
    roots.accept(settings, KEY)
    assert fingerprints(settings) == before
    assert roots.read(settings, Tier.SECRET).newest() == 2
    keeping.keep(settings, keeping.held(settings), Kept(Provider.FILE))
    assert (roots.provider(settings), fingerprints(settings)) == (Provider.FILE, before)
    assert not (settings.keys / roots.NAME).exists()


def test_whether_it_was_done_is_seen_by_what_is_there(settings: Settings) -> None:
    """A disk that was full in the middle leaves one or the other, and the record says which."""
    sealed, anew = Kept(Provider.PASSPHRASE, {"x": 1}, KEY), Kept(Provider.PASSPHRASE, {"x": 2}, KEY)
    assert (keeping.is_kept(settings, Kept(Provider.FILE)), keeping.is_kept(settings, sealed)) == (True, False)
    seal(settings)
    assert (keeping.is_kept(settings, sealed), keeping.is_kept(settings, anew)) == (True, False)
    assert not keeping.is_kept(settings, Kept(Provider.FILE))


def test_without_its_key_nobody_reads_them(settings: Settings) -> None:
    seal(settings)
    with pytest.raises(Locked, match="STRONGROOM_UNLOCK_FILE"):
        roots.read(settings, Tier.EVENT)
    with pytest.raises(Locked, match="does not open"):
        roots.accept(settings, b"x" * 32)
    with pytest.raises(Locked):
        roots.read(settings, Tier.EVENT)


@pytest.mark.parametrize("step", ["write", "clear_plain"])
def test_a_ceremony_that_stops_between_two_steps_leaves_one_way_that_opens(
    settings: Settings, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stop(BaseException):
        pass

    def stop(*_: object) -> None:
        raise Stop

    before = fingerprints(settings)
    with monkeypatch.context() as patch:
        patch.setattr(keeping if step == "clear_plain" else RootsFile, step, stop)
        with pytest.raises(Stop):
            seal(settings)
    assert roots.provider(settings) is (Provider.PASSPHRASE if step == "clear_plain" else Provider.FILE)
    if step == "clear_plain":
        roots.accept(settings, KEY)
    assert fingerprints(settings) == before


def test_on_the_way_back_too(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before = seal(settings)
    roots.accept(settings, KEY)
    held = keeping.held(settings)
    keyfiles.put(roots.plain(settings, Tier.EVENT), held[Tier.EVENT].versions[0])
    assert fingerprints(settings) == before, "the sealed ones count until they are gone"
    keeping.keep(settings, held, Kept(Provider.FILE))
    assert fingerprints(settings) == before


def test_one_more_version_lies_sealed_beside_the_others(settings: Settings) -> None:
    seal(settings)
    roots.accept(settings, KEY)
    old = roots.read(settings, Tier.EVENT).derive(1, b"x")
    roots.extend(settings, Tier.EVENT)
    found = roots.read(settings, Tier.EVENT)
    assert (found.newest(), found.derive(1, b"x")) == (2, old)
    assert found.derive(2, b"x") != old
    assert roots.versions(settings) == {"event": 2, "secret": 2}


def test_a_file_that_was_sealed_anew_is_not_opened_by_what_opened_it_before(settings: Settings) -> None:
    seal(settings)
    roots.accept(settings, KEY)
    sealed = RootsFile(settings.log_id, "passphrase", {}).with_version(b"y" * 32, "event", b"e" * 32)
    sealed.write(settings.keys / roots.NAME)
    with pytest.raises(Locked, match="sealed anew"):
        roots.read(settings, Tier.EVENT)


def test_a_file_of_another_log_or_a_newer_release_is_refused(settings: Settings) -> None:
    seal(settings)
    for log, provider in ((uuid4(), "passphrase"), (settings.log_id, "moonlight"), (settings.log_id, "file")):
        RootsFile(log, provider, {}).write(settings.keys / roots.NAME)
        with pytest.raises(KeyFileError, match="another log"):
            roots.provider(settings)


def test_what_is_handed_on_is_read_once_and_holds_one_tier(settings: Settings) -> None:
    assert roots.handed_on(settings, (Tier.EVENT,)) is None, "files are read by whoever may"
    before = seal(settings)
    roots.accept(settings, KEY)
    number = roots.handed_on(settings, (Tier.EVENT,))
    assert number is not None
    child = settings.with_(roots_fd=number)
    assert roots.read(child, Tier.EVENT).fingerprint() == before[Tier.EVENT]
    with pytest.raises(KeyError):
        roots.read(child, Tier.SECRET)
    with pytest.raises(OSError, match="descriptor"):
        open(number, "rb").close()
    roots.forget(settings)
