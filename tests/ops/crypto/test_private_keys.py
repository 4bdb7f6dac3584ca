"""Which private keys are taken, and in which one spelling they are kept."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from domain.errors import Invalid
from domain.secrets import Secret
from ops.crypto.private_keys import private_key_of

GOOD = {
    "ed25519": ed25519.Ed25519PrivateKey.generate(),
    "p256": ec.generate_private_key(ec.SECP256R1()),
    "p521": ec.generate_private_key(ec.SECP521R1()),
    "rsa": rsa.generate_private_key(65537, 2048),
    "the longest rsa": rsa.generate_private_key(65537, 4096),
}


def pem(key: object, format: PrivateFormat, secret: KeySerializationEncryption | None = None) -> str:
    written: bytes = key.private_bytes(Encoding.PEM, format, secret or NoEncryption())  # type: ignore[attr-defined]
    return written.decode()


@pytest.mark.parametrize("format", [PrivateFormat.OpenSSH, PrivateFormat.PKCS8])
@pytest.mark.parametrize("name", GOOD)
def test_keys_of_kinds_that_are_safe_are_taken_in_either_spelling(name: str, format: PrivateFormat) -> None:
    kept, public = private_key_of(Secret(f"\n{pem(GOOD[name], format)}\n "))
    assert kept.reveal().startswith("-----BEGIN OPENSSH PRIVATE KEY-----")
    assert private_key_of(kept)[1] == public
    assert public.startswith(("ssh-ed25519 ", "ecdsa-sha2-nistp", "ssh-rsa "))


def test_the_public_half_is_the_one_that_ssh_keygen_makes(tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "key"], check=True)
    _, public = private_key_of(Secret((tmp_path / "key").read_text()))
    assert (tmp_path / "key.pub").read_text().startswith(public + " ")


BAD = {
    "nothing": "",
    "a public key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
    "words": "open sesame",
    "half a key": pem(GOOD["ed25519"], PrivateFormat.OpenSSH)[:120],
    "no text": "\ud83d",
    "too long": "x" * 9000,
    "a short rsa key": pem(rsa.generate_private_key(65537, 1024), PrivateFormat.PKCS8),
    "a long rsa key": pem(rsa.generate_private_key(65537, 4104), PrivateFormat.PKCS8),
    "a curve that ssh does not know": pem(ec.generate_private_key(ec.SECP256K1()), PrivateFormat.PKCS8),
    "a key that signs nothing": pem(x25519.X25519PrivateKey.generate(), PrivateFormat.PKCS8),
    "a passphrase": pem(GOOD["rsa"], PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")),
}


@pytest.mark.parametrize("name", BAD)
def test_everything_else_is_refused_with_a_sentence_that_does_not_repeat_it(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        private_key_of(Secret(BAD[name]))
    assert refusal.value.field == "private_key"
    assert not BAD[name] or BAD[name] not in refusal.value.detail


def test_a_key_with_a_passphrase_of_ssh_keygens_own_is_told_from_a_broken_one(tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", tmp_path / "key"], check=True)
    with pytest.raises(Invalid, match="ssh-keygen -p"):
        private_key_of(Secret((tmp_path / "key").read_text()))
