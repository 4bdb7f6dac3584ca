"""What must be there before our processes start: an identity, keys, a certificate, databases, roles, their promises."""

from __future__ import annotations

import os
import uuid
from hashlib import sha256
from pathlib import Path
from typing import Any

from psycopg import Connection

from domain.access import BUILT_IN_ROLES
from ops import database
from ops.crypto import keeping, roots
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import Tier
from ops.crypto.roots import Provider
from ops.ledger import shreds
from ops.logging import Log
from ops.migrations import databases, promises, runner
from ops.migrations.promises import Broken
from ops.migrations.runner import Plan
from ops.runtime import accounts, binaries, certificates, files, keys
from ops.runtime.postgres import refuse_socket
from ops.runtime.process import StartError
from ops.settings import Settings
from ops.signer import origin

log = Log("strongroom.groundwork")


def lay_files(settings: Settings) -> None:
    """Identity, keys and certificate. Once the log has its beginning its keys are only ever checked."""
    _refuse_unreachable(settings)
    files.folder(settings.state, 0o711)
    files.folder(settings.state / "logs", 0o700)
    if not settings.log_id_file.exists():
        _refuse_headless(settings)
        files.write(settings.log_id_file, f"{uuid.uuid4()}\n".encode(), 0o644)
    for folder in (settings.state, settings.state / "etc", settings.keys, settings.bus, settings.tls):
        files.clear(folder)
    if _roots(settings).exists():
        _refuse_keyless(settings)
        keys.make_later(settings)
    else:
        keys.make(settings)
        _refuse_bad_keys(settings)
    origin.make(settings)
    certificates.ensure(settings)


def lay_databases(settings: Settings) -> None:
    """Roles, databases and tables; refused when the server does not promise what the log stands on."""
    if settings.database_url is None:
        _create_ours(settings)
    with database.connect_now(database.ledger_url(settings, "migrate", limited=False)) as ledger:
        _refuse_broken(promises.broken_by_server(ledger))
        _migrate(ledger, runner.LEDGER)
        _refuse_broken(promises.broken_by_roles(ledger))
        _forget(settings, ledger)
    with database.connect_now(database.views_url(settings, "migrate")) as views:
        _migrate(views, runner.VIEWS)


def _forget(settings: Settings, ledger: Connection[tuple[Any, ...]]) -> None:
    """A copy that was put back may hold what was forgotten for good: it goes again before anything is served."""
    reader = shreds.Reader(settings.log_id, roots.read(settings, Tier.EVENT), AuthorKeys.read(settings.keys, None))
    if count := shreds.replay(ledger, reader, settings.keys):
        log.info("keys that were shredded before are shredded again", count=count)


def is_open(settings: Settings) -> bool:
    """Whether this log has somebody who can sign in."""
    return _opened(settings).exists()


def note_open(settings: Settings) -> None:
    files.write(_opened(settings), _fingerprints(settings), 0o644)


def knows_roles(settings: Settings) -> bool:
    """Whether the built-in roles were last defined by a release to which they mean the same as to us."""
    noted = settings.state / "roles"
    return noted.exists() and noted.read_bytes() == _meaning_of_roles()


def note_roles(settings: Settings) -> None:
    files.write(settings.state / "roles", _meaning_of_roles(), 0o644)


def _meaning_of_roles() -> bytes:
    told = "".join(f"{name} {' '.join(sorted(operations))}\n" for name, operations in sorted(BUILT_IN_ROLES.items()))
    return sha256(told.encode()).hexdigest().encode() + b"\n"


def note_roots(settings: Settings) -> None:
    """Remember that this log has its beginning, and by which roots: a key that is lost from now on is not made anew,
    and other roots under the same names would only show when nothing opens any more."""
    if not _roots(settings).exists():
        files.write(_roots(settings), _fingerprints(settings), 0o644)


def _fingerprints(settings: Settings) -> bytes:
    return "".join(f"{roots.read(settings, tier).fingerprint().hex()}\n" for tier in Tier).encode()


def _opened(settings: Settings) -> Path:
    return settings.state / "opened"


def _roots(settings: Settings) -> Path:
    """Vaults of an earlier day have them in `opened` alone."""
    noted = settings.state / "roots"
    return noted if noted.exists() or not is_open(settings) else _opened(settings)


def _create_ours(settings: Settings) -> None:
    """In our own PostgreSQL we are superuser; in another an administrator does this once (docs/operations.md)."""
    socket = f"host={settings.state / 'run'} user=postgres dbname=postgres"
    with database.connect_now(socket) as superuser:
        databases.create_roles(superuser)
        databases.create(superuser, databases.LEDGER)
        databases.create(superuser, databases.VIEWS)


def _migrate(connection: Connection[tuple[Any, ...]], plan: Plan) -> None:
    for name in runner.migrate(connection, plan):
        log.info("migrated", path=name)


def _refuse_headless(settings: Settings) -> None:
    if (settings.state / "pgdata").exists():
        raise StartError(
            f"{settings.state} holds a database but not its log.id: put that file back from a copy, "
            f"it names the folder below {settings.config / 'strongroom'} with the keys"
        )


def _refuse_keyless(settings: Settings) -> None:
    if gone := keys.missing(settings):
        raise StartError(
            f"{', '.join(gone)} missing in {settings.keys}: restore from a copy, nothing else opens this log"
        )
    _refuse_bad_keys(settings)
    if _roots(settings).read_bytes() != _fingerprints(settings):
        raise StartError(
            f"the roots in {settings.keys} are not those that this log was opened with: "
            "put back the files that belong to it, no others open it"
        )
    if roots.provider(settings) is not Provider.FILE:
        keeping.clear_plain(settings)  # a ceremony that was interrupted left them


def _refuse_bad_keys(settings: Settings) -> None:
    for name in (*keys.names(settings), *(name for name in keys.LATER if (settings.keys / name).exists())):
        if (complaint := keys.complaint(settings, name)) is not None:
            raise StartError(complaint)


def refuse_closed(settings: Settings) -> None:
    """Before anything is made: whoever starts us can make what is not there yet, and our servers can live there."""
    if settings.database_url is None:
        refuse_socket(settings.state)
    wanted = {"state": settings.state}
    if not settings.log_id_file.exists():
        wanted["config"] = settings.config / "strongroom"
    for name, path in wanted.items():
        nearest = next(step for step in (path, *path.parents) if step.exists())
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise StartError(
                f"{accounts.me().name} may not write to {nearest}: allow it, or choose another folder with "
                f"--{name} than {path if name == 'state' else settings.config}"
            )


def _refuse_unreachable(settings: Settings) -> None:
    """As root the servers run as a user of their own, who must be able to walk to their folders."""
    account = accounts.servers()
    closed = [path for path in settings.state.parents if not binaries.may_walk(account, path)]
    if closed:
        raise StartError(
            f"the user {account.name} cannot walk through {closed[-1]} to {settings.state}: "
            f"`chmod o+x {closed[-1]}`, or choose another folder with --state"
        )


def _refuse_broken(found: list[Broken]) -> None:
    if found:
        raise StartError("; ".join(f"{broken.what}: {broken.remedy}" for broken in found))
