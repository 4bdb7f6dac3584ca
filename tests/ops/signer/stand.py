"""A signer over a log in a real database, its witnesses in threads of this test, and somebody who may do anything."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from ops.crypto.author_keys import AuthorKeys
from ops.proof.notes import VerifierKey
from ops.proof.policy import Policy
from ops.signer.memory import MemoryFile
from ops.signer.records import Records
from ops.signer.signer import Identity, Signer
from ops.signer.store import Store
from ops.signer.witnesses import Witnesses
from ops.witness.main import Plan, listening, own_key
from ops.witness.witness import Seen, Witness
from tests.ops.ledger.sample import LOG_ID, fresh_keys
from tests.ops.proof.logs import TOPICS, SealedLog
from tests.support.sealed import KEY, origin, verifier
from tests.support.servers import Database

NAME = origin(LOG_ID)
IDENTITY = Identity(NAME, KEY)


@dataclass
class Stand:
    """`log` is written by hand, `folder` holds the signer's memory."""

    database: Database
    log: SealedLog
    folder: Path
    policy: Policy = field(default_factory=Policy)

    @contextmanager
    def signer(self, folder: Path | None = None, witnesses: Witnesses | None = None) -> Iterator[Signer]:
        """As its process would have it: by the role `sign` alone."""
        authors = AuthorKeys(None, self.log.keys.authors)
        with ExitStack() as stack:
            connection = stack.enter_context(psycopg.connect(self.database.dsn("sign"), autocommit=True))
            memory = stack.enter_context(closing(MemoryFile(folder or self.folder)))
            records = Records(LOG_ID, TOPICS, authors)
            yield Signer(Store(connection, LOG_ID), records, IDENTITY, memory, witnesses or Witnesses(self.policy))

    def sign_all(self) -> Signer:
        """Begin, and go on until all is signed."""
        with self.signer() as signer:
            signer.begin()
            finish(signer)
            return signer

    def checkpoints(self) -> list[tuple[int, bytes, bool]]:
        asked = self.log.hand.execute("select size, root, agreed from ledger.checkpoints order by size")
        return [(size, bytes(root), agreed) for size, root, agreed in asked.fetchall()]

    def gate(self) -> str | None:
        row = self.log.hand.execute("select closed from ledger.gate").fetchone()
        assert row is not None, "nobody has looked at the log yet"
        return None if row[0] is None else str(row[0])


def finish(signer: Signer) -> None:
    """Until nothing is left that is not signed, however few there are."""
    signer._signed_at = float("-inf")
    while signer.step() or signer.size > signer._base.size:
        signer._signed_at = float("-inf")


@contextmanager
def stand(database: Database, folder: Path, records: int, of: int = 0) -> Iterator[Stand]:
    with psycopg.connect(database.superuser, autocommit=True) as hand:
        log = SealedLog(database, fresh_keys(), hand)
        log.fill(records, of=of)
        yield Stand(database, log, folder)


@dataclass
class Standing:
    """A witness that answers."""

    name: str
    url: str
    key: VerifierKey
    witness: Witness
    folder: Path


@contextmanager
def witnesses(folder: Path, *names: str, logs: Sequence[VerifierKey] = (verifier(LOG_ID),)) -> Iterator[list[Standing]]:
    """Real ones, each in a thread, on a port of its own."""
    with ExitStack() as stack:
        yield [stack.enter_context(_witness(folder / name, name, logs)) for name in names]


@contextmanager
def _witness(folder: Path, name: str, logs: Sequence[VerifierKey]) -> Iterator[Standing]:
    key, public = own_key(name, folder)
    with closing(Seen(folder)) as seen:
        witness = Witness(name, key, logs, seen)
        with listening(witness, Plan(name, logs, folder, "127.0.0.1", 0)) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            try:
                yield Standing(name, f"http://127.0.0.1:{server.server_port}", public, witness, folder)
            finally:
                server.shutdown()
                thread.join()


def policy(quorum: int, standing: Sequence[Standing]) -> Policy:
    """So many of these have to agree."""
    lines = [f"log {verifier(LOG_ID)}", *(f"witness {each.name} {each.key} {each.url}" for each in standing)]
    lines += [f"group all {quorum} {' '.join(each.name for each in standing)}", "quorum all"]
    return Policy.parse("\n".join(lines))
