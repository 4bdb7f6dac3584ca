"""Key files: refused when anybody else could have read or replaced them, never overwritten."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from domain.base import Author
from ops.crypto import keyfiles
from ops.crypto.author_keys import AuthorKeys, file_name
from ops.crypto.keyfiles import KeyFileError
from ops.crypto.providers.file import FileRoot

SOMEBODY = 12345


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "keys"
    made.mkdir(mode=0o700)
    return made


def test_a_fresh_key_is_its_owners_alone(folder: Path) -> None:
    keyfiles.create(folder / "event.root")
    assert (folder / "event.root").stat().st_mode & 0o777 == 0o600
    assert len(keyfiles.read_key(folder / "event.root")) == 32
    assert [path.name for path in folder.iterdir()] == ["event.root"]


def test_a_key_that_exists_stays(folder: Path) -> None:
    path = folder / "event.root"
    keyfiles.create(path)
    before = keyfiles.read(path)
    keyfiles.create(path)
    assert keyfiles.read(path) == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o601, 0o620])
def test_a_key_that_others_can_reach_is_refused(folder: Path, mode: int) -> None:
    path = folder / "event.root"
    keyfiles.create(path)
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 600"):
        keyfiles.read(path)


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o722])
def test_a_folder_that_others_can_write_is_refused(folder: Path, mode: int) -> None:
    keyfiles.create(folder / "event.root")
    folder.chmod(mode)
    with pytest.raises(KeyFileError, match="replace"):
        keyfiles.read(folder / "event.root")


def test_a_link_is_not_followed(folder: Path) -> None:
    keyfiles.create(folder / "real")
    (folder / "event.root").symlink_to(folder / "real")
    with pytest.raises(KeyFileError):
        keyfiles.read(folder / "event.root")


def test_a_missing_key_says_what_to_do(folder: Path) -> None:
    with pytest.raises(KeyFileError, match="restore"):
        keyfiles.read(folder / "event.root")
    with pytest.raises(KeyFileError, match="on this machine"):
        keyfiles.read(folder / "nowhere" / "event.root")


def test_what_is_not_a_plain_file_is_refused(folder: Path) -> None:
    (folder / "event.root").mkdir()
    os.mkfifo(folder / "secret.root", 0o600)
    with pytest.raises(KeyFileError, match="plain file"):
        keyfiles.read(folder / "event.root")
    with pytest.raises(KeyFileError, match="plain file"):
        keyfiles.read(folder / "secret.root")


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_key_of_somebody_else_is_refused(folder: Path) -> None:
    path = folder / "event.root"
    keyfiles.create(path)
    os.chown(path, SOMEBODY, SOMEBODY)
    with pytest.raises(KeyFileError, match="chown"):
        keyfiles.read(path)


@pytest.mark.parametrize("size", [0, 31, 33, 65])
def test_a_root_that_is_not_whole_is_refused(folder: Path, size: int) -> None:
    path = folder / "event.root"
    keyfiles.create(path)
    path.write_bytes(bytes(size))
    with pytest.raises(KeyFileError):
        FileRoot.read(path)


def test_a_root_has_its_versions_one_after_the_other(folder: Path) -> None:
    path = folder / "event.root"
    keyfiles.create(path)
    first = FileRoot.read(path)
    path.write_bytes(path.read_bytes() + b"n" * 32)
    both = FileRoot.read(path)
    assert (first.newest(), both.newest()) == (1, 2)
    assert first.fingerprint() == both.fingerprint()
    assert first.derive(1, b"x") == both.derive(1, b"x") != both.derive(2, b"x")
    with pytest.raises(LookupError, match="older copy"):
        first.derive(2, b"x")


def test_author_keys_are_read_together(folder: Path) -> None:
    for author in Author:
        keyfiles.create(folder / file_name(author))
    keys = AuthorKeys.read(folder, Author.WORKER)
    assert keys.valid(Author.WORKER, b"said", keys.sign(b"said"))
    assert not keys.valid(Author.API, b"said", keys.sign(b"said"))
    (folder / file_name(Author.SYSTEM)).unlink()
    with pytest.raises(KeyFileError):
        AuthorKeys.read(folder, Author.WORKER)
