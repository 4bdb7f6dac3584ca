"""Exports of made-up logs of any size, and auditors who look at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from ops.ledger import entry
from ops.ledger.merkle import Frontier, leaf_hash
from ops.proof import auditor
from ops.proof.auditor import Report
from ops.proof.export import fill
from ops.proof.notes import Algorithm, Checkpoint, Note, VerifierKey, cosign, sign_checkpoint
from ops.proof.stored import Signed
from tests.support.sealed import KEY, WITNESS, origin, verifier

LOG_ID = UUID("0d3ae6a1-6c2b-4b0e-9a55-3a1d6f0b7f10")
MONDAY = 1_767_000_000_000_000
WITNESS_KEY = "witness.example"
KEY_TEXT = str(verifier(LOG_ID))


def entries(size: int, streams: int = 7) -> list[bytes]:
    """Leaf entries of a log of `size` records, as docs/format.md has them."""
    made = [_entry(1, 0, 1, b"log.opened")]
    return made + [
        _entry(at, 1 + at % streams, 1 + (at - 2) // streams, b"sample.changed") for at in range(2, size + 1)
    ]


def counted(size: int, counts: Mapping[int, UUID]) -> list[bytes]:
    """As `entries`, but at these positions stands a count, in that stream."""
    made = [_entry(1, 0, 1, b"log.opened")]
    for at in range(2, size + 1):
        stream, topic = (counts[at], b"count.noted") if at in counts else (at, b"sample.made")
        made.append(_entry(at, stream, 1, topic))
    return made


def _entry(position: int, stream: int | UUID, version: int, topic: bytes) -> bytes:
    own = stream.bytes if isinstance(stream, UUID) else sha256(b"%d" % stream).digest()[:16]
    associated = entry.bound(LOG_ID.bytes, own, version, 5, 1, topic)
    return entry.leaf(
        position,
        MONDAY + position,
        associated,
        1,
        sha256(b"m%d" % position).digest(),
        sha256(b"s%d" % position).digest(),
    )


def sealed(made: Sequence[bytes], witnessed: bool = True) -> Note:
    frontier = Frontier()
    frontier.extend(list(map(leaf_hash, made)))
    note = sign_checkpoint(Checkpoint(origin(LOG_ID), len(made), frontier.root()), KEY)
    return note.with_(cosign(note, WITNESS, WITNESS_KEY, 1_767_000_000)) if witnessed else note


def lay(folder: Path, made: Sequence[bytes], note: Note | None = None) -> Path:
    """An export of these entries under that checkpoint."""
    note = note or sealed(made)
    checkpoint = Checkpoint.of(note)
    signed = Signed(checkpoint.origin, checkpoint.size, checkpoint.root, str(note), True, datetime.now(UTC))
    folder.mkdir()
    fill(folder, iter(made), signed)
    return folder


def policy() -> auditor.Policy:
    key = VerifierKey(WITNESS_KEY, Algorithm.COSIGNATURE, WITNESS.public)
    return auditor.Policy(f"witness ours {key}\nquorum ours\n")


def audit(source: Path, *seen: Note) -> Report:
    earlier = [(f"checkpoint {at}", auditor.note_of(str(note))) for at, note in enumerate(seen)]
    return auditor.audit(source, auditor.key_of(KEY_TEXT), policy(), earlier)
