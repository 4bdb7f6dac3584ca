"""What `strongroom up` does to a log before anybody serves from it: opens it, and sees that somebody can sign in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from commands.base import Caller
from commands.refusals import RefusalDesk
from commands.set_up import SetUp
from commands.vault import Vault
from commands.work import Tools
from domain import ids
from domain.base import Author
from domain.errors import StrongroomError
from domain.provenance import SYSTEM_ID, ActorKind, Channel
from domain.registry import AGGREGATES
from domain.secrets import Secret
from ops import database
from ops.crypto import keyfiles
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import PostgresKeyStore, Tier
from ops.crypto.keyring import Keyring, name_key
from ops.crypto.logins import Logins
from ops.crypto.providers.file import FileRoot
from ops.crypto.random import SystemRandom
from ops.crypto.sealer import Sealer
from ops.ledger.errors import LedgerError
from ops.ledger.mapper import Mapper
from ops.ledger.postgres import PostgresLog
from ops.ledger.topics import Topics
from ops.product import VERSION
from ops.runtime.process import StartError
from ops.settings import Settings

SYSTEM = Caller(kind=ActorKind.SYSTEM, id=SYSTEM_ID, channel=Channel.COMMAND_LINE)


def open_vault(settings: Settings, password_file: Path | None) -> str | None:
    """Open the log if it is new, or see that it is ours; StartError says what stands in the way.

    Answers the token of a one-time link for the first administrator, for as long as no administrator can sign in.
    With a password file he gets that password and there is no link.
    """
    password = None if password_file is None else _password(password_file)
    try:
        return asyncio.run(_open(settings, password))
    except (StrongroomError, LedgerError) as error:
        raise StartError(f"the vault cannot be opened: {error}") from error


async def _open(settings: Settings, password: Secret | None) -> str | None:
    event_root = FileRoot.read(settings.keys / "event.root")
    secret_root = FileRoot.read(settings.keys / "secret.root")
    command = SetUp(
        log_id=settings.log_id,
        product_version=VERSION,
        event_root=event_root.fingerprint(),
        secret_root=secret_root.fingerprint(),
        password=password,
    )
    async with _vault(settings, event_root, secret_root) as vault:
        invitation = (await vault.execute(command, SYSTEM)).value
    return None if invitation is None else invitation.token


@asynccontextmanager
async def _vault(settings: Settings, event_root: FileRoot, secret_root: FileRoot) -> AsyncIterator[Vault]:
    """The door to the log as the `system` actor has it."""
    url, log_id, logins = database.ledger_url(settings, "append"), settings.log_id, Logins()
    names = name_key(event_root, log_id)
    try:
        async with database.pool(url, 1, 2) as pool, PostgresLog(url) as log:
            event_keys = Keyring(Tier.EVENT, event_root, log_id, PostgresKeyStore(pool, Tier.EVENT))
            secret_keys = Keyring(Tier.SECRET, secret_root, log_id, PostgresKeyStore(pool, Tier.SECRET))
            mapper = Mapper(log_id, event_keys, AuthorKeys.read(settings.keys, Author.SYSTEM), Topics(AGGREGATES))
            sealer = Sealer(log_id, secret_keys)
            tools = Tools(SystemRandom(), sealer, logins, lambda kind, name: ids.reserved(names, kind, name))
            yield Vault(log, mapper, tools, RefusalDesk(time.monotonic))
    finally:
        logins.close()


def _password(path: Path) -> Secret:
    """The first administrator's password: a file that nobody else could read, one line."""
    try:
        text = keyfiles.read(path.absolute()).decode()
    except keyfiles.KeyFileError as error:
        raise StartError(f"--admin-password-file: {error}") from error
    except UnicodeDecodeError as error:
        raise StartError(f"--admin-password-file: {path} is not UTF-8 text") from error
    return Secret(text.removesuffix("\n"))
