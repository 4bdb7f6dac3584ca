"""Whether the log is still the one this process knew; once it is not, nothing more is served from it."""

from __future__ import annotations

from collections.abc import Callable

from ops.ledger.connection import Connection
from ops.ledger.errors import Forked
from ops.ledger.heads import Heads
from ops.ledger.log import Record
from ops.ledger.source import AT


class Lineage:
    """A log that was restored, or failed over to a standby that lagged, is shorter or differs at the head we know."""

    def __init__(self, heads: Heads, on_forked: Callable[[], None] = lambda: None) -> None:
        self._heads = heads
        self._on_forked = on_forked
        self.is_forked = False

    def refuse(self) -> None:
        """Raise if the log has forked."""
        if self.is_forked:
            raise Forked(f"the log is not the one that ended at {self._heads.head}")

    def fork(self) -> None:
        """For good: whoever runs this process decides what comes next."""
        if not self.is_forked:
            self.is_forked = True
            self._on_forked()

    async def check(self, connection: Connection) -> None:
        """Compare the last record known with the log's; at every connect, for only then can it be another server."""
        known = self._heads.last
        if known is None:
            return
        row = await (await connection.cursor(binary=True).execute(AT, (known.position,), prepare=True)).fetchone()
        if row is None or Record(*row) != known:
            self.fork()
        self.refuse()
