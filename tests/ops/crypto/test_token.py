"""Roots in a PKCS#11 token (SoftHSM): they never leave it, and what they give is what a file would give."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from pkcs11 import Attribute
from pkcs11.exceptions import AttributeSensitive, PKCS11Error

from ops.crypto import labels
from ops.crypto.keyfiles import KeyFileError
from ops.crypto.providers import handed
from ops.crypto.providers.file import FileRoot
from ops.crypto.providers.token import Token
from tests.support.token import PIN, SoftToken

LOG = UUID("a2b6a1de-5f0c-4f64-8ed6-56f0a7d8a0f1")
OTHER = UUID("b2b6a1de-5f0c-4f64-8ed6-56f0a7d8a0f1")
ROOT = bytes(range(32))


@pytest.fixture(scope="module")
def soft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoftToken]:
    """One a process: a library reads its settings when it is loaded, and only then."""
    made = SoftToken.made(tmp_path_factory.mktemp("token"))
    os.environ |= made.env
    yield made
    for name in made.env:
        del os.environ[name]


@pytest.fixture(scope="module")
def token(soft: SoftToken) -> Token:
    return Token.open(LOG, soft.how, PIN)


@pytest.fixture(scope="module")
def brought(token: Token) -> Token:
    token.put("event", 1, ROOT)
    return token


def test_it_gives_what_the_file_gave(brought: Token) -> None:
    root, file = brought.root("event"), FileRoot(ROOT)
    assert (root.newest(), root.fingerprint()) == (1, file.fingerprint())
    for version, info in labels.all_of(LOG, "event", 1):
        assert root.derive(version, info) == file.derive(version, info)


def test_it_gives_the_root_itself_to_nobody(brought: Token) -> None:
    (key,) = brought.session.get_objects({Attribute.LABEL: f"strongroom/{LOG}/event"})
    with pytest.raises(AttributeSensitive):
        key[Attribute.VALUE]
    assert key[Attribute.EXTRACTABLE] is False
    with pytest.raises((PKCS11Error, AttributeError)):
        key[Attribute.EXTRACTABLE] = True


def test_a_version_that_was_made_inside_is_another_key(brought: Token) -> None:
    brought.make("secret")
    brought.make("secret")
    root = brought.root("secret")
    assert root.newest() == 2
    assert len({root.derive(1, b"x"), root.derive(2, b"x"), brought.root("event").derive(1, b"x")}) == 3
    for key in brought.session.get_objects({Attribute.LABEL: f"strongroom/{LOG}/secret"}):
        with pytest.raises(AttributeSensitive):
            key[Attribute.VALUE]


def test_a_version_that_is_not_there_is_said_so(brought: Token) -> None:
    with pytest.raises(LookupError, match="no version 9"):
        brought.root("event").derive(9, b"x")


def test_a_log_sees_its_own_roots_alone(brought: Token) -> None:
    """Two tokens cannot be signed in to at once in one process, so this looks by another log's name."""
    assert Token(OTHER, brought.name, brought.session).root("event").newest() == 0


@pytest.mark.parametrize(
    ("how", "pin", "says"),
    [
        ({"token": "no such"}, PIN, "no token of that name"),
        ({"module": "/nonexistent.so"}, PIN, "its library said"),
        ({}, "9999999", "the PIN is wrong"),
    ],
)
def test_what_is_wrong_is_said_and_no_pin(soft: SoftToken, how: dict[str, str], pin: str, says: str) -> None:
    """In a process of its own: a token takes one sign-in a process."""
    program = (
        "import sys; from uuid import UUID; from ops.crypto.providers.token import Token\n"
        f"Token.open(UUID('{LOG}'), { ({**soft.how, **how})!r}, sys.stdin.read())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], input=pin, env={**os.environ, **soft.env}, capture_output=True, text=True,
        cwd=Path(__file__).resolve().parents[3],
    )  # fmt: skip
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert "KeyFileError: token" in last
    assert says in last
    assert pin not in done.stderr


def test_a_gap_in_its_versions_is_no_shorter_root(brought: Token) -> None:
    brought.put("gapped", 1, ROOT)
    brought.put("gapped", 3, ROOT)
    with pytest.raises(KeyFileError, match="some are missing"):
        brought.root("gapped").newest()


def test_what_is_handed_on_is_all_that_is_derived_and_no_root(brought: Token) -> None:
    content = handed.packed({"event": brought.root("event")}, LOG)
    assert ROOT.hex().encode() not in content
    root, file = handed.unpacked(content)["event"], FileRoot(ROOT)
    assert (root.newest(), root.fingerprint()) == (1, file.fingerprint())
    for version, info in labels.all_of(LOG, "event", 1):
        assert root.derive(version, info) == file.derive(version, info)
    with pytest.raises(LookupError):
        root.derive(1, b"anything else")
    with pytest.raises(LookupError):
        root.derive(2, labels.kek(LOG, "event", 2))
    assert ROOT.hex() not in repr(root)
