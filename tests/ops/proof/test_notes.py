"""A note says what was signed and by whom; tlog-scales reads ours, and we read its."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from tlog_scales import signing as theirs
from tlog_scales import tlog

from ops.crypto.signing import SigningKey
from ops.proof import auditor
from ops.proof.errors import Malformed, NotSigned
from ops.proof.notes import Algorithm, Checkpoint, Note, VerifierKey, cosign, read_checkpoint, sign_checkpoint

ORIGIN = "strongroom/0b5d"
SEED, OTHER = bytes(range(32)), bytes(range(1, 33))
KEY = SigningKey(SEED)
LOG = VerifierKey(ORIGIN, Algorithm.ED25519, KEY.public)
WITNESS = VerifierKey("witness.example", Algorithm.COSIGNATURE, SigningKey(OTHER).public)
CHECKPOINT = Checkpoint(ORIGIN, 12, hashlib.sha256(b"root").digest())
SIGNED = str(sign_checkpoint(CHECKPOINT, KEY))


def test_what_the_log_signed_is_read_again() -> None:
    assert read_checkpoint(SIGNED, LOG)[0] == CHECKPOINT


def test_tlog_scales_reads_and_verifies_what_we_sign() -> None:
    read = tlog.Checkpoint.from_text(SIGNED)
    read.verify(theirs.Vkey.from_string(str(LOG)))
    assert (read.origin, read.size, read.root_hash) == (ORIGIN, 12, CHECKPOINT.root)


def test_we_read_what_tlog_scales_signs() -> None:
    signer = theirs.PlainEd25519Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(SEED))
    made = tlog.Checkpoint.make_signed(ORIGIN, 12, CHECKPOINT.root, [signer])
    assert made.serialize() == SIGNED
    assert read_checkpoint(made.serialize(), LOG)[0] == CHECKPOINT


def test_tlog_scales_verifies_our_cosignature_and_its_moment() -> None:
    note = sign_checkpoint(CHECKPOINT, KEY)
    cosigned = note.with_(cosign(note, SigningKey(OTHER), WITNESS.name, 1_700_000_000))
    tlog.Checkpoint.from_text(str(cosigned)).verify(theirs.Vkey.from_string(str(WITNESS)))
    assert cosigned.check(WITNESS) == 1_700_000_000


def test_the_example_of_the_standard_is_read() -> None:
    """The key and note of Go's golang.org/x/mod/sumdb/note, which C2SP signed-note was written from."""
    vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    text = (
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    assert Note.parse(text).check(VerifierKey.parse(vkey)) is None


@given(st.integers(0, len(SIGNED.encode()) * 8 - 1))
def test_a_flipped_bit_anywhere_is_noticed(bit: int) -> None:
    content = bytearray(SIGNED.encode())
    content[bit // 8] ^= 1 << bit % 8
    with pytest.raises((Malformed, NotSigned, UnicodeDecodeError)):
        read_checkpoint(content.decode(), LOG)


@given(st.integers(0, len(SIGNED)), st.sampled_from([" ", "\n", "\t", "\r", "a", "=", "\0"]))
def test_a_letter_put_in_anywhere_white_space_too_is_noticed(at: int, letter: str) -> None:
    changed = SIGNED[:at] + letter + SIGNED[at:]
    with pytest.raises((Malformed, NotSigned)):
        read_checkpoint(changed, LOG)


@pytest.mark.parametrize("read", [lambda text: read_checkpoint(text, LOG), auditor.note_of])
def test_the_same_bytes_have_one_spelling(read: Callable[[str], object]) -> None:
    """The last letter of base64 says more than it has to: three others stand for the same bytes."""
    read(SIGNED)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    body, last = SIGNED.removesuffix("=\n")[:-1], SIGNED.removesuffix("=\n")[-1]
    for other in range(letters.index(last) + 1, letters.index(last) + 4):
        with pytest.raises((Malformed, auditor.Bad), match="one spelling"):
            read(f"{body}{letters[other]}=\n")


def test_a_checkpoint_of_another_log_is_refused_by_name() -> None:
    other = Checkpoint("another.log", 1, bytes(32))
    with pytest.raises(NotSigned, match=r"another.log, not of strongroom/0b5d"):
        read_checkpoint(str(sign_checkpoint(other, KEY)), LOG)


def test_another_key_under_the_same_name_signs_nothing() -> None:
    forged = sign_checkpoint(CHECKPOINT, SigningKey(OTHER))
    with pytest.raises(NotSigned, match="no signature of that key"):
        read_checkpoint(str(forged), LOG)


@pytest.mark.parametrize(
    "vkey",
    ["", "a", "a+b", "a+00000000+AQ==", "a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
     "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
     "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"],
)  # fmt: skip
def test_what_is_no_verifier_key_is_refused(vkey: str) -> None:
    with pytest.raises(Malformed):
        VerifierKey.parse(vkey)


def test_a_verifier_key_is_read_as_it_is_written() -> None:
    assert VerifierKey.parse(str(LOG)) == LOG
    assert VerifierKey.parse(str(WITNESS)) == WITNESS


@pytest.mark.parametrize("text", ["x\n\n", "a\n1\n\n— b c\n", "a\n01\nAAAA\n\n", "a\n1\nAAAA\n\n", "\n1\n\n\n", "a\n1"])
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises((Malformed, NotSigned)):
        read_checkpoint(text, LOG)


def test_a_cosignature_that_is_too_short_signs_nothing() -> None:
    note = sign_checkpoint(CHECKPOINT, KEY)
    line = cosign(note, SigningKey(OTHER), WITNESS.name, 1)
    short = type(line)(line.name, line.key_id, line.content[:40])
    assert not note.with_(short).is_signed_by(WITNESS)
