"""Killed dead between any two steps of sealing, signing, witnessing and publishing: the next signer comes to the same
roots, and no size ever has two."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ops.ledger import rows
from ops.ledger.merkle import leaf_hash
from ops.proof.leaves import entries
from ops.proof.tiles import Edge
from tests.ops.ledger.sample import LOG_ID
from tests.ops.signer.stand import Stand, policy, witnesses

STEPS = {
    "before the promise is written": "ops.signer.memory.MemoryFile.write:before",
    "while the promise is written": "ops.runtime.files._write_new:after",
    "before tiles are kept": "ops.signer.store.Store.keep:before",
    "before witnesses are asked": "ops.signer.witnesses.Witnesses.cosigned:before",
    "before it is published": "ops.signer.store.Store.publish:before",
    "before it knows that it was published": "ops.signer.store.Store.publish:after",
    "before the gate is opened": "ops.signer.store.Store.open_gate:before",
}


def roots(at: Stand) -> dict[int, bytes]:
    """What the log's own records come to, at every size."""
    edge, found = Edge(), {}
    for entry in entries(LOG_ID.bytes, rows.read(at.log.hand, 0, 1000)):
        edge.extend([leaf_hash(entry)])
        found[edge.size] = edge.root()
    return found


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
@pytest.mark.parametrize("time", [1, 2])
def test_the_next_one_comes_to_the_same_roots(at: Stand, tmp_path: Path, step: str, time: int) -> None:
    with witnesses(tmp_path, "one") as standing:
        at.policy = policy(1, standing)
        (tmp_path / "policy").write_text(f"witness one {standing[0].key} {standing[0].url}\nquorum one\n")
        if time == 2:
            at.sign_all()
            at.log.extend(50)
        died = subprocess.run(
            [sys.executable, "-m", "tests.ops.signer.victim", at.database.dsn("sign"), str(at.folder), step],
            env={**os.environ, "POLICY": str(tmp_path / "policy")}, check=False, timeout=60,
        )  # fmt: skip
        assert died.returncode == -signal.SIGKILL
        at.log.extend(50)
        at.sign_all()
        true = roots(at)
        kept = at.checkpoints()
        assert kept[-1][0] == max(true)
        assert all(root == true[size] and agreed for size, root, agreed in kept)
        assert at.log.verify(policy=at.policy).run.findings == []
        assert at.gate() is None
