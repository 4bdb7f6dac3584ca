"""The roots of a log, whichever way they are kept: in plain files, sealed, or in a token. One registry of ways.

Sealed roots need a key that nobody wrote down. Whoever started the process brings it once, and the process remembers it
until it ends; those that a supervisor starts are handed what they may derive, and no root."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from secrets import token_bytes
from typing import TYPE_CHECKING

from ops.crypto import keyfiles
from ops.crypto.key_store import Tier
from ops.crypto.keyfiles import KeyFileError
from ops.crypto.providers import handed, passphrase
from ops.crypto.providers.base import Root
from ops.crypto.providers.file import SIZE, FileRoot
from ops.crypto.providers.sealed import NotTheirKey, RootsFile
from ops.crypto.providers.shares import Gathering, ShareRefused
from ops.settings import Settings

if TYPE_CHECKING:
    from ops.crypto.providers.token import Token

NAME = "roots.json"
TRIES = 3
_keys: dict[Path, bytes] = {}
_tokens: dict[Path, Token] = {}
_handed: dict[int, Mapping[str, Root]] = {}


class Provider(StrEnum):
    """How roots are kept."""

    FILE = "file"
    PASSPHRASE = "passphrase"
    SHARES = "shares"
    PKCS11 = "pkcs11"


class Locked(KeyFileError):
    """The roots are sealed, and what was brought does not open them, or nothing was."""


def described(settings: Settings) -> RootsFile | None:
    """The file that says how the roots are kept; None while they are plain files."""
    path = settings.keys / NAME
    if not path.exists():
        return None
    found = RootsFile.read(path)
    if found.log_id != settings.log_id or found.provider not in list(Provider)[1:]:
        raise KeyFileError(f"{path} is of another log, or of a newer release: restore the one that belongs here")
    return found


def provider(settings: Settings) -> Provider:
    found = described(settings)
    return Provider.FILE if found is None else Provider(found.provider)


def read(settings: Settings, tier: Tier) -> Root:
    """One root. Locked when it is sealed and nobody has brought its key to this process."""
    if settings.roots_fd is not None:
        return _from_supervisor(settings.roots_fd, tier)
    found = described(settings)
    if found is None:
        return FileRoot.read(plain(settings, tier))
    if found.provider == Provider.PKCS11:
        return _token(settings).root(tier)
    return _opened(settings, found)[tier]


def plain(settings: Settings, tier: Tier) -> Path:
    """Where it lies as long as it is not sealed."""
    return settings.keys / f"{tier}.root"


def versions(settings: Settings) -> dict[str, int]:
    """How many versions each root has, by tier; 0 for one that is not there. A token has to be open for that."""
    found = described(settings)
    if found is None:
        paths = {tier: plain(settings, tier) for tier in Tier}
        return {tier: path.stat().st_size // SIZE if path.exists() else 0 for tier, path in paths.items()}
    if found.provider == Provider.PKCS11:
        return {tier: _token(settings).has(tier) for tier in Tier}
    return found.versions()


def extend(settings: Settings, tier: Tier) -> None:
    """One more version of a root, whole or not at all, kept as the others are."""
    found = described(settings)
    if found is None:
        keyfiles.extend(plain(settings, tier))
    elif found.provider == Provider.PKCS11:
        _token(settings).make(tier)
    else:
        _opened(settings, found)
        found.with_version(_keys[settings.keys], tier, token_bytes(SIZE)).write(settings.keys / NAME)


def to_be_copied(settings: Settings, tier: Tier) -> str:
    """What its operator has to do once there is a new version."""
    found = described(settings)
    if found is not None and found.provider == Provider.PKCS11:
        return "copy the token as its makers say"
    return f"copy {plain(settings, tier) if found is None else settings.keys / NAME} to your safe"


def unlock(settings: Settings) -> None:
    """Bring what opens the roots to this process: from the file that the settings name, or from whoever sits at its
    terminal. Locked when there is neither. Nothing happens when it was brought before, or when none is needed."""
    if settings.roots_fd is not None or settings.keys in _keys or settings.keys in _tokens:
        return
    if (found := described(settings)) is None:
        return
    match Provider(found.provider):
        case Provider.SHARES:
            _gather(settings, found)
        case Provider.PASSPHRASE:
            _try_passphrase(settings, found)
        case _:
            _sign_in(settings, found)


def is_open(settings: Settings) -> bool:
    """Whether this process reads them without asking anybody."""
    return settings.keys in _keys or settings.keys in _tokens or provider(settings) is Provider.FILE


def accept(settings: Settings, key: bytes) -> None:
    """Remember `key` if it opens the roots; Locked when it does not."""
    found = described(settings)
    if found is not None:
        try:
            found.opened(key)
        except NotTheirKey as error:
            raise Locked("that does not open the roots") from error
        _keys[settings.keys] = key


def forget(settings: Settings) -> None:
    """Whoever wants the roots from here on brings their key again."""
    _keys.pop(settings.keys, None)
    _tokens.pop(settings.keys, None)


def handed_on(settings: Settings, tiers: tuple[Tier, ...]) -> int | None:
    """What a process may derive from these roots, in a file in memory that it inherits; None while roots are files,
    which it reads by itself. Locked when they were sealed since this process started."""
    if provider(settings) is Provider.FILE or not tiers:
        return None
    if not is_open(settings):
        raise Locked("the roots were sealed since Strongroom was started: start it anew")
    number = os.memfd_create("roots", os.MFD_CLOEXEC)
    with open(number, "wb", closefd=False) as file:
        file.write(handed.packed({tier: read(settings, tier) for tier in tiers}, settings.log_id))
    os.lseek(number, 0, os.SEEK_SET)
    return number


def _from_supervisor(number: int, tier: Tier) -> Root:
    """Read once: what was handed on is gone from the file then."""
    if number not in _handed:
        with open(number, "rb") as file:
            _handed[number] = handed.unpacked(file.read())
    return _handed[number][tier]


def _opened(settings: Settings, found: RootsFile) -> dict[str, FileRoot]:
    unlock(settings)
    try:
        return found.opened(_keys[settings.keys])
    except NotTheirKey as error:
        raise Locked(f"{settings.keys / NAME} was sealed anew since this process started: start it again") from error


def _token(settings: Settings) -> Token:
    unlock(settings)
    return _tokens[settings.keys]


def _sign_in(settings: Settings, found: RootsFile) -> None:
    """Once: each wrong PIN brings the token nearer to locking itself."""
    from ops.crypto.providers.token import Token

    _tokens[settings.keys] = Token.open(settings.log_id, found.how, _told(settings, "PIN of the token: "))


def _try_passphrase(settings: Settings, found: RootsFile) -> None:
    """A slip of the finger is forgiven, a wrong file is not."""
    for left in reversed(range(1 if settings.unlock_file else TRIES)):
        try:
            return accept(settings, passphrase.key(found.how, _told(settings, "Passphrase of the roots: ")))
        except Locked:
            if not left:
                raise


def _gather(settings: Settings, found: RootsFile) -> None:
    """As many shares as it takes; those who hold them come to the terminal one after the other."""
    gathering = Gathering.of(found.how)
    while True:
        try:
            key = gathering.add(_asked(f"Share {len(gathering.members) + 1} of {gathering.need}: "))
        except ShareRefused as why:
            raise Locked(f"{why}") from why
        if key is not None:
            return accept(settings, key)


def _told(settings: Settings, wanted: str) -> str:
    if settings.unlock_file is None:
        return _asked(wanted)
    try:
        return keyfiles.read(settings.unlock_file).decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise Locked(f"{settings.unlock_file} is no text") from error


def _asked(wanted: str) -> str:
    """By whoever sits there, unseen."""
    if not sys.stdin.isatty():
        raise Locked(
            "the roots are sealed: run this at a terminal, or name the file with the passphrase or PIN by "
            "STRONGROOM_UNLOCK_FILE (docs/operations.md, `Roots that are sealed`)"
        )
    return getpass.getpass(wanted)
