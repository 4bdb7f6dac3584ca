"""Whether every data key that is kept still opens under its root, in use or not."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from psycopg import Connection

from ops.crypto.key_store import Tier, WrappedKey
from ops.crypto.keyring import Wrapping
from ops.crypto.providers.base import Root
from ops.ledger.errors import KeyTampered
from ops.ledger.findings import Fault, Run

_ALL = {tier: f"select id, scope, kek, wrapped, nonce from ledger.{tier}_keys order by id" for tier in Tier}
AT_A_TIME = 1_000
NONE: Mapping[int, int] = MappingProxyType({})


def check_keys(
    database: Connection[Any], log_id: UUID, roots: Mapping[Tier, Root], shredded: Mapping[int, int] = NONE
) -> Run:
    """Faults of the tiers whose roots are at hand. Keys stand at no position; one that was shredded and is here again
    is found where that was said."""
    run = Run()
    for tier, root in roots.items():
        wrapping = Wrapping(tier, root, log_id)
        with database.cursor(f"{tier}_keys", binary=True) as cursor:
            cursor.itersize = AT_A_TIME
            for row in cursor.execute(_ALL[tier]):
                stored = WrappedKey(*row)
                _check(run, tier, wrapping, stored)
                if (said := shredded.get(stored.id)) is not None:
                    run.find(Fault.KEY, said, f"{tier} key {stored.id} was shredded, and is here again")
    return run


def _check(run: Run, tier: Tier, wrapping: Wrapping, stored: WrappedKey) -> None:
    try:
        wrapping.unwrap(stored)
    except KeyTampered:
        run.find(Fault.KEY, 0, f"{tier} key {stored.id} of {stored.scope!r} is not what was wrapped")
