"""A log with its tree: tiles kept and a checkpoint signed by a key of the test's own, as a signer would."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg import Connection

from ops.crypto.signing import SigningKey
from ops.ledger import rows
from ops.ledger.merkle import leaf_hash
from ops.proof.leaves import entries
from ops.proof.notes import Algorithm, Checkpoint, Note, VerifierKey, sign_checkpoint
from ops.proof.tiles import Edge, Tile

KEY = SigningKey(bytes(range(32)))
WITNESS = SigningKey(bytes(range(1, 33)))


def origin(log_id: UUID) -> str:
    return f"strongroom/{log_id}"


def verifier(log_id: UUID) -> VerifierKey:
    return VerifierKey(origin(log_id), Algorithm.ED25519, KEY.public)


def seal(hand: Connection[Any], log_id: UUID, up_to: int | None = None) -> Note:
    """Keep the tiles of all records, or of the first few, and sign; the checkpoint."""
    (head,) = hand.execute("select coalesce(max(position), 0) from ledger.events").fetchone() or (0,)
    edge = Edge()
    keep(hand, edge.extend(list(map(leaf_hash, entries(log_id.bytes, rows.read(hand, 0, up_to or head))))))
    note = sign_checkpoint(Checkpoint(origin(log_id), edge.size, edge.root()), KEY)
    publish(hand, note)
    return note


def keep(hand: Connection[Any], tiles: list[Tile]) -> None:
    columns = (
        [t.level for t in tiles],
        [t.index for t in tiles],
        [t.content() for t in tiles],
        [t.root() for t in tiles],
    )
    hand.execute("select ledger.keep_tiles(%s::smallint[], %s::bigint[], %s::bytea[], %s::bytea[])", columns)


def publish(hand: Connection[Any], note: Note, agreed: bool = True) -> None:
    checkpoint = Checkpoint.of(note)
    told = (checkpoint.origin, checkpoint.size, checkpoint.root, str(note), agreed)
    hand.execute("select ledger.publish_checkpoint(%s, %s, %s, %s, %s)", told)
