"""Wrapping every data key of a tier under the newest version of its root, while everybody goes on using them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from psycopg import Connection

from ops.crypto.key_store import Tier, WrappedKey
from ops.crypto.keyring import Wrapping
from ops.crypto.providers.base import Root
from ops.crypto.root_locks import SPACE
from ops.ledger.errors import KeysInUse

AT_A_TIME = 500
GLANCE = 0.2
_OLD = {
    tier: f"select id, scope, kek, wrapped, nonce from ledger.{tier}_keys where kek < %s and id > %s"
    " order by id limit %s"
    for tier in Tier
}
_COUNT = {tier: f"select count(*) from ledger.{tier}_keys where kek < %s" for tier in Tier}
_ALONE = "select pg_try_advisory_lock(%s, %s)"
_HOLDERS = (
    "select a.application_name, l.pid from pg_locks l join pg_stat_activity a using (pid)"
    " where l.locktype = 'advisory' and l.classid = %s and l.objid < %s and l.mode = 'ShareLock' order by 2"
)
_WRAP = "select ledger.wrap_anew(%s, %s, %s::bigint[], %s::bytea[], %s::bytea[], %s::bytea[])"

Database = Connection[tuple[Any, ...]]
Progress = Callable[[int, int], None]


def outdated(database: Database, tier: Tier, version: int) -> int:
    """How many keys lie under older versions."""
    row = database.execute(_COUNT[tier].encode(), (version,)).fetchone()
    return int(row[0]) if row else 0


def alone(database: Database, tier: Tier, version: int, patience: float) -> None:
    """The locks of all older versions, for as long as the connection lives; KeysInUse names who shares one of them."""
    deadline = time.monotonic() + patience
    for older in range(1, version):
        while not _is_ours(database, tier, older):
            if time.monotonic() > deadline:
                raise KeysInUse(_told(database, tier, version))
            time.sleep(GLANCE)


def rewrap(database: Database, tier: Tier, root: Root, log_id: UUID, progress: Progress) -> int:
    """How many keys were wrapped anew. Interrupted, the next one goes on with those that are left.

    First the version is used for new keys: whatever was added before that is seen, and nothing older comes after.
    """
    wrapping, version = Wrapping(tier, root, log_id), root.newest()
    database.execute(_WRAP, (tier, version, [], [], [], []))
    of, done, last = outdated(database, tier, version), 0, -1
    while rows := database.cursor(binary=True).execute(_OLD[tier].encode(), (version, last, AT_A_TIME)).fetchall():
        old = [WrappedKey(*row) for row in rows]
        new = [wrapping.wrap(key.id, key.scope, wrapping.unwrap(key), version) for key in old]
        last = old[-1].id
        told = (
            tier, version, [key.id for key in old], [bytes(key.wrapped) for key in old],
            [key.wrapped for key in new], [key.nonce for key in new],
        )  # fmt: skip
        row = database.execute(_WRAP, told).fetchone()
        done += int(row[0]) if row else 0
        progress(done, of)
    if left := outdated(database, tier, version):
        raise KeysInUse(f"{left} {tier} keys were changed by somebody meanwhile: `ledger verify` looks at them")
    return done


def _is_ours(database: Database, tier: Tier, version: int) -> bool:
    row = database.execute(_ALONE, (SPACE[tier], version)).fetchone()
    return row is not None and bool(row[0])


def _told(database: Database, tier: Tier, version: int) -> str:
    holders = [f"{name} ({pid})" for name, pid in database.execute(_HOLDERS, (SPACE[tier], version))]
    return f"{', '.join(holders) or 'somebody'} knows only an older version of {tier}.root: start it anew, then go on"
