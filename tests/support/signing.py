"""Signs all that a log holds, as its signer would, for installations of which no process runs."""

from __future__ import annotations

from contextlib import closing

from domain.registry import AGGREGATES
from ops import database
from ops.ledger.topics import Topics
from ops.runtime import files
from ops.settings import Settings
from ops.signer.main import Keys
from ops.signer.memory import MemoryFile
from ops.signer.origin import origin
from ops.signer.records import Records
from ops.signer.signer import Identity, Signer
from ops.signer.store import Store
from ops.signer.witnesses import Witnesses


def sign_all(settings: Settings) -> None:
    """Up to the log's end; its memory stays."""
    keys = Keys.read(settings)
    folder = files.folder(settings.signer_memory, 0o700)
    with (
        database.connect_now(database.ledger_url(settings, "sign")) as ledger,
        closing(MemoryFile(folder)) as memory,
    ):
        records = Records(keys.log_id, Topics(AGGREGATES), keys.authors)
        identity = Identity(origin(keys.log_id), keys.log_key)
        signer = Signer(Store(ledger, keys.log_id), records, identity, memory, Witnesses(keys.policy))
        signer.begin()
        while signer.step():
            pass
        signer._sign(at_once=True)
