"""The proof of one record, from what the database holds: its leaf entry, its path, and a signed checkpoint."""

from __future__ import annotations

from uuid import UUID

from ops.ledger.merkle import leaf_hash
from ops.proof import tree
from ops.proof.errors import Inconsistent, Unproved
from ops.proof.notes import Note
from ops.proof.prooffile import ProofFile
from ops.proof.stored import Database, StoredTiles, newest


def prove(database: Database, log_id: UUID, position: int) -> ProofFile:
    """By the newest checkpoint on which the witnesses agreed, else by the newest there is; Unproved while there is none
    that covers the position, Inconsistent when the record is not what was signed."""
    if position < 1:
        raise Unproved(f"there is no position {position}: the first record is 1")
    signed = newest(database, position, agreed=True) or newest(database, position)
    if signed is None:
        raise Unproved(f"position {position} is not signed yet: try again in a second, or see that a signer runs")
    stored = StoredTiles(database, log_id)
    path = tuple(tree.inclusion(stored.tree(signed.size), position - 1, signed.size))
    entry = stored.entry(position)
    try:
        tree.check_inclusion(leaf_hash(entry), position - 1, signed.size, path, signed.root)
    except Unproved as error:
        raise Inconsistent(f"position {position} is not what was signed: `strongroom ledger verify`") from error
    return ProofFile(position - 1, path, Note.parse(signed.note), entry)
