"""What `strongroom up` does to a log before anybody serves from it: opens it, and sees that somebody can sign in."""

from __future__ import annotations

import asyncio
from pathlib import Path

from commands.ground import Keys, opened, system
from commands.root_keeping import NoteUnsealing
from commands.set_up import SetUp
from domain.base import Author
from domain.errors import ReadOnly, StrongroomError
from domain.provenance import Channel
from domain.secrets import Secret
from ops.crypto import keyfiles
from ops.ledger.errors import LedgerError
from ops.ledger.remembered import refuse_forked
from ops.logging import Log
from ops.product import VERSION
from ops.runtime.process import StartError
from ops.runtime.sealing import Unsealing
from ops.settings import Settings

log = Log("strongroom.first_start")


def open_vault(settings: Settings, password_file: Path | None) -> str | None:
    """Open the log if it is new, or see that it is ours; StartError says what stands in the way.

    Answers the token of a one-time link for the first administrator, for as long as no administrator can sign in.
    With a password file he gets that password and there is no link. Forked when the log was set back: then nothing is
    written, neither a link nor what the built-in roles mean in this release. ReadOnly when it is not what was signed.
    """
    password = None if password_file is None else _password(password_file)
    refuse_forked(settings)
    try:
        return asyncio.run(_open(settings, password))
    except ReadOnly:
        raise
    except (StrongroomError, LedgerError) as error:
        raise StartError(f"the vault cannot be opened: {error}") from error


async def _open(settings: Settings, password: Secret | None) -> str | None:
    keys = Keys.read(settings, Author.SYSTEM)
    command = SetUp(
        log_id=keys.log_id,
        product_version=VERSION,
        event_root=keys.event_root.fingerprint(),
        secret_root=keys.secret_root.fingerprint(),
        password=password,
    )
    async with opened(settings, keys) as ground:
        invitation = (await ground.vault.execute(command, system(Channel.COMMAND_LINE))).value
    return None if invitation is None else invitation.token


def note_unsealing(settings: Settings, made: Unsealing) -> None:
    """Record how the roots were opened; over a log that was set back, or is away, that is logged and no more."""
    try:
        asyncio.run(_note(settings, made))
    except (StrongroomError, LedgerError) as error:
        log.error("nothing can be recorded", error, problem=type(error).__name__)


async def _note(settings: Settings, made: Unsealing) -> None:
    command = NoteUnsealing(
        provider=made.provider, shares=made.shares, refused=made.refused, attempts=tuple(made.attempts)
    )
    async with opened(settings, Keys.read(settings, Author.SYSTEM)) as ground:
        await ground.vault.execute(command, system(Channel.COMMAND_LINE))


def _password(path: Path) -> Secret:
    """The first administrator's password: a file that nobody else could read, one line."""
    try:
        text = keyfiles.read(path.absolute()).decode()
    except keyfiles.KeyFileError as error:
        raise StartError(f"--admin-password-file: {error}") from error
    except UnicodeDecodeError as error:
        raise StartError(f"--admin-password-file: {path} is not UTF-8 text") from error
    return Secret(text.removesuffix("\n"))
