"""The proof of one record is a file that says all it needs, in one spelling."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.crypto.signing import SigningKey
from ops.proof.errors import Malformed
from ops.proof.notes import Checkpoint, sign_checkpoint
from ops.proof.prooffile import ProofFile

NOTE = sign_checkpoint(Checkpoint("a.log", 9, hashlib.sha256(b"r").digest()), SigningKey(bytes(32)))
PROOF = ProofFile(3, (hashlib.sha256(b"a").digest(), hashlib.sha256(b"b").digest()), NOTE, b"entry")


@pytest.mark.parametrize("proof", [PROOF, ProofFile(0, (), NOTE)])
def test_it_is_read_as_it_is_written(proof: ProofFile) -> None:
    assert ProofFile.parse(str(proof)) == proof


@given(st.integers(0, len(str(PROOF)) - 1), st.sampled_from([" ", "\n", "\t", "\0"]))
def test_white_space_put_in_changes_it_or_is_refused(at: int, letter: str) -> None:
    try:
        changed = ProofFile.parse(str(PROOF)[:at] + letter + str(PROOF)[at:])
    except Malformed:
        return
    assert changed != PROOF


@pytest.mark.parametrize(
    "text",
    ["", "c2sp.org/tlog-proof@v2\nindex 0\n\n", "c2sp.org/tlog-proof@v1\nindex 01\n\na\n\n— b AAAAAAAA\n",
     "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\na\n\n— b AAAAAAAA\n", "c2sp.org/tlog-proof@v1\nindex 0\n"],
)  # fmt: skip
def test_what_is_no_proof_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        ProofFile.parse(text)
