"""Asking witnesses to cosign what was signed: C2SP tlog-witness, seen from the log."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from ops.logging import Log
from ops.proof import tree
from ops.proof.errors import Inconsistent, Malformed, NotSigned
from ops.proof.notes import Checkpoint, Note
from ops.proof.policy import Policy, Witness
from ops.proof.spelling import base64_of, is_count
from ops.proof.tiles import TileTree

PATIENCE = 2.0
REST = 5.0
"""Seconds for which a witness that did not answer is left alone."""
LONGEST = 64 * 1024

log = Log("strongroom.signer")
Answer = tuple[int, str]
Post = Callable[[str, bytes], Answer]
"""(address, body) → status and text; OSError, HTTPException."""


class Ahead(Exception):
    """A witness has seen more of this log than it is offered."""

    def __init__(self, name: str, size: int) -> None:
        super().__init__(f"the witness {name} has seen {size} records")
        self.name = name
        self.size = size


@dataclass(slots=True)
class _Known:
    """What is known of one witness: the size it saw last, and until when to leave it alone."""

    size: int = 0
    rests_until: float = 0


@dataclass(slots=True)
class Witnesses:
    """All whom the policy names with an address."""

    policy: Policy
    post: Post = field(default_factory=lambda: post)
    _known: dict[str, _Known] = field(default_factory=dict)

    def cosigned(self, note: Note, checkpoint: Checkpoint, grown: TileTree, at_once: bool = False) -> Note:
        """The note with every cosignature that was given. Ahead, or Inconsistent, when a witness knows another log;
        one that does not answer is left alone for a while, unless all is to be asked `at_once`."""
        now = time.monotonic()
        asked = [
            each for each in self.policy.witnesses.values()
            if each.url is not None and (at_once or self._of(each).rests_until <= now)
        ]  # fmt: skip
        if not asked:
            return note
        for each in asked:
            self._refuse_ahead(each, checkpoint)
        proofs = {each.name: _proof(grown, self._of(each).size, checkpoint) for each in asked}
        with ThreadPoolExecutor(len(asked)) as pool:
            answers = list(pool.map(lambda each: self._answer(each, note, proofs[each.name]), asked))
        for witness, answer in zip(asked, answers, strict=True):
            if answer is not None:
                note = self._taken(witness, answer, note, checkpoint, grown)
        return note

    def _of(self, witness: Witness) -> _Known:
        return self._known.setdefault(witness.name, _Known())

    def _refuse_ahead(self, witness: Witness, checkpoint: Checkpoint) -> None:
        if (known := self._of(witness)).size > checkpoint.size:
            raise Ahead(witness.name, known.size)

    def _answer(self, witness: Witness, note: Note, proof: str) -> Answer | None:
        try:
            return self.post(f"{str(witness.url).rstrip('/')}/add-checkpoint", f"{proof}\n{note}".encode())
        except (OSError, HTTPException) as error:
            self._leave(witness, type(error).__name__)
            return None

    def _taken(self, witness: Witness, answer: Answer, note: Note, checkpoint: Checkpoint, grown: TileTree) -> Note:
        status, said = answer
        known = self._of(witness)
        if status == 409 and is_count(said.strip()):
            known.size = int(said)
            self._refuse_ahead(witness, checkpoint)
            again = self._answer(witness, note, _proof(grown, known.size, checkpoint))
            if again is None or again[0] == 409:
                return note
            return self._taken(witness, again, note, checkpoint, grown)
        if status == 422:
            raise Inconsistent(f"the witness {witness.name} saw another log of {known.size} records than this one")
        if status != 200:
            self._leave(witness, f"answer {status}")
            return note
        return self._cosigned(witness, said, note, checkpoint)

    def _cosigned(self, witness: Witness, said: str, note: Note, checkpoint: Checkpoint) -> Note:
        """Only what its own key signed of this very text is taken."""
        try:
            given = Note.parse(f"{note.text}\n{said}")
            given.check(witness.key)
        except (Malformed, NotSigned) as error:
            self._leave(witness, type(error).__name__)
            return note
        self._of(witness).size = checkpoint.size
        mine = (witness.key.name, witness.key.id)
        return note.with_(*(each for each in given.signatures if (each.name, each.key_id) == mine))

    def _leave(self, witness: Witness, problem: str) -> None:
        self._of(witness).rests_until = time.monotonic() + REST
        log.warning("a witness did not cosign", server=witness.name, problem=problem)


def _proof(grown: TileTree, old: int, checkpoint: Checkpoint) -> str:
    """The head of a request: what the witness saw last, and that it is a beginning of what it is shown. The tiles are
    the database's: were they others than those that were signed, the witness would take the log for another."""
    hashes: Sequence[bytes] = ()
    if 0 < old < checkpoint.size:
        if tree.root(grown, checkpoint.size) != checkpoint.root:
            raise Inconsistent(f"the tiles that are kept do not come to the root that was signed at {checkpoint.size}")
        hashes = tree.consistency(grown, old, checkpoint.size)
    return "".join([f"old {old}\n", *(f"{base64_of(each)}\n" for each in hashes)])


def post(address: str, body: bytes) -> Answer:
    """One request, without following anybody elsewhere."""
    parts = urlsplit(address)
    make = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = make(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        connection.request("POST", parts.path, body, {"Content-Type": "text/plain; charset=utf-8"})
        answer = connection.getresponse()
        return answer.status, answer.read(LONGEST).decode("utf-8", "replace")
    finally:
        connection.close()
