"""A policy says who has to agree; what is not enough is refused by name."""

from __future__ import annotations

import pytest

from ops.crypto.signing import SigningKey
from ops.proof import auditor
from ops.proof.errors import Malformed, NotSigned
from ops.proof.notes import Algorithm, Checkpoint, Note, VerifierKey, cosign, sign_checkpoint
from ops.proof.policy import Policy

LOG = SigningKey(bytes(32))
WITNESSES = {name: SigningKey(bytes([number]) * 32) for number, name in enumerate(("one", "two", "three"), 1)}
KEYS = {name: VerifierKey(name, Algorithm.COSIGNATURE, key.public) for name, key in WITNESSES.items()}
NOTE = sign_checkpoint(Checkpoint("a.log", 1, bytes(32)), LOG)
LINES = "".join(f"witness {name} {key} https://{name}.example\n" for name, key in KEYS.items())
TWO_OF_THREE = f"# ours\n{LINES}group most 2 one two three  # any two\nquorum most\n"
NESTED = f"{LINES}group early any one two\ngroup both all early three\nquorum both\n"


def by(*names: str) -> Note:
    return NOTE.with_(*(cosign(NOTE, WITNESSES[name], name, 1) for name in names))


AGREEMENTS = [
    (TWO_OF_THREE, (), False),
    (TWO_OF_THREE, ("one",), False),
    (TWO_OF_THREE, ("one", "three"), True),
    (NESTED, ("one", "two"), False),
    (NESTED, ("two", "three"), True),
    ("quorum none\n", (), True),
    (f"{LINES}quorum two\n", ("one", "three"), False),
    (f"{LINES}quorum two\n", ("two",), True),
]


@pytest.mark.parametrize(("text", "signers", "agreed"), AGREEMENTS)
def test_as_many_as_are_asked_for_have_to_agree(text: str, signers: tuple[str, ...], agreed: bool) -> None:
    assert Policy.parse(text).agreed(by(*signers)) is agreed


def test_one_witness_twice_is_one() -> None:
    twice = NOTE.with_(cosign(NOTE, WITNESSES["one"], "one", 1)).signatures
    note = Note(NOTE.text, (*twice, cosign(NOTE, WITNESSES["one"], "one", 2)))
    assert not Policy.parse(TWO_OF_THREE).agreed(note)


def test_a_cosignature_of_another_text_counts_for_nothing() -> None:
    other = sign_checkpoint(Checkpoint("a.log", 2, bytes(32)), LOG)
    borrowed = NOTE.with_(cosign(other, WITNESSES["one"], "one", 1), cosign(NOTE, WITNESSES["two"], "two", 1))
    with pytest.raises(NotSigned, match=r"2 of \{one, two, three\}; cosigned by two"):
        Policy.parse(TWO_OF_THREE).check(borrowed)


ALIAS = VerifierKey("alias", Algorithm.COSIGNATURE, WITNESSES["one"].public)
BAD = [
    ("", "quorum"),
    ("quorum nobody\n", "line 1 of the policy: no line before this one says who nobody is"),
    (f"{LINES}group most 4 one two three\nquorum most\n", "line 4.*of 3 members 4 cannot agree"),
    (f"{LINES}group most 0 one two\nquorum most\n", "0 cannot agree"),
    (f"{LINES}group most -1 one two\nquorum most\n", "-1 cannot agree"),
    (f"{LINES}group most 2 one one\nquorum most\n", "each named once"),
    (f"{LINES}group one any two\nquorum one\n", "one is taken already"),
    (f"{LINES}witness none {ALIAS}\nquorum one\n", "another witness's|none is taken already"),
    (f"{LINES}witness alias {ALIAS}\ngroup most 2 one alias\nquorum most\n", "agree with himself"),
    ("witness a b\nquorum a\n", "line 1.*no Ed25519 verifier key"),
    (f"witness a {VerifierKey('a', Algorithm.ED25519, LOG.public)}\nquorum a\n", "signs logs, not cosignatures"),
    ("frobnicate\nquorum none\n", "line 1.*expected"),
    ("quorum none\nquorum none\n", "line 2.*expected"),
]


@pytest.mark.parametrize(("text", "says"), BAD)
def test_a_line_that_is_not_understood_is_named(text: str, says: str) -> None:
    with pytest.raises(Malformed, match=says):
        Policy.parse(text)


@pytest.mark.parametrize(("text", "says"), BAD)
def test_the_auditors_program_takes_no_policy_that_we_refuse(text: str, says: str) -> None:
    with pytest.raises(auditor.Bad):
        auditor.Policy(text)


@pytest.mark.parametrize(("text", "signers", "agreed"), AGREEMENTS)
def test_the_auditors_program_comes_to_the_same(text: str, signers: tuple[str, ...], agreed: bool) -> None:
    policy = auditor.Policy(text)
    assert policy.holds(policy.agreed(auditor.note_of(str(by(*signers))))) is agreed
