"""What is asked of the proof by people: how far the log is signed, and the proof of one record. In threads, rarely."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import psycopg

from ops import database
from ops.ledger.errors import Away
from ops.proof.errors import Unproved
from ops.proof.notes import Note
from ops.proof.policy import Policy
from ops.proof.proving import prove
from ops.proof.stored import Database, Signed, newest
from ops.proof.watch import Trusted

_GATE = "select closed from ledger.gate"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Standing:
    """`signed`: up to which position there is a checkpoint, `agreed`: up to which the witnesses agreed on one, both 0
    when there is none. `closed`: why nothing may be written."""

    origin: str | None = None
    signed: int = 0
    agreed: int = 0
    signed_at: datetime | None = None
    witnesses: tuple[str, ...] = ()
    cosigned: tuple[str, ...] = ()
    closed: str | None = None


UNSIGNED = Standing()


@dataclass(frozen=True, slots=True)
class Answers:
    """Of one log; `trusted` is None where nobody signs it. Raises Away; Unproved when there is no proof."""

    url: str
    log_id: UUID
    trusted: Trusted | None

    async def standing(self) -> Standing:
        if (trusted := self.trusted) is None:
            return UNSIGNED
        return await asyncio.to_thread(self._asked, lambda ledger: _standing(ledger, trusted.policy))

    async def proof(self, position: int) -> str:
        """As a file (C2SP tlog-proof)."""
        if self.trusted is None:
            raise Unproved("nobody signs this log")
        return await asyncio.to_thread(self._asked, lambda ledger: str(prove(ledger, self.log_id, position)))

    def _asked(self, ask: Callable[[Database], T]) -> T:
        try:
            with database.connect_now(self.url) as ledger:
                return ask(ledger)
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise Away(type(error).__name__) from error


def _standing(ledger: Database, policy: Policy) -> Standing:
    signed, agreed = newest(ledger), newest(ledger, agreed=True)
    gate = ledger.execute(_GATE).fetchone()
    closed = None if gate is None or gate[0] is None else str(gate[0])
    if signed is None:
        return Standing(witnesses=tuple(policy.witnesses), closed=closed)
    return Standing(
        signed.origin, signed.size, _size(agreed, signed), signed.signed_at, tuple(policy.witnesses),
        () if agreed is None else tuple(policy.cosigned(Note.parse(agreed.note))), closed,
    )  # fmt: skip


def _size(agreed: Signed | None, signed: Signed) -> int:
    """Of the same name; what was agreed on before a recovery says nothing of the log that there is now."""
    return agreed.size if agreed is not None and agreed.origin == signed.origin else 0
