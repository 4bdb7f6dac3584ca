"""From one way of keeping roots to another: first they lie the new way, lasting, and only then no more the old one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ops.crypto import keyfiles, labels, roots
from ops.crypto.key_store import Tier
from ops.crypto.keyfiles import KeyFileError
from ops.crypto.providers.file import FileRoot
from ops.crypto.providers.sealed import RootsFile
from ops.crypto.roots import Provider
from ops.settings import Settings

if TYPE_CHECKING:
    from ops.crypto.providers.token import Token

Held = Mapping[Tier, FileRoot]


@dataclass(frozen=True, slots=True)
class Kept:
    """A way: what it needs to be known by, and the key or the token that is at hand while it is made."""

    provider: Provider
    how: Mapping[str, Any] = field(default_factory=dict)
    key: bytes | None = field(default=None, repr=False)
    token: Token | None = field(default=None, repr=False)


def held(settings: Settings) -> Held:
    """Both roots in memory; KeyFileError when a token has them, for it gives none away."""
    found = {tier: roots.read(settings, tier) for tier in Tier}
    if any(not isinstance(root, FileRoot) for root in found.values()):
        raise KeyFileError("a token holds the roots, and gives none away: they stay there for as long as the log")
    return {tier: root for tier, root in found.items() if isinstance(root, FileRoot)}


def keep(settings: Settings, before: Held, kept: Kept) -> None:
    """Whole or not at all: interrupted anywhere, the old way or the new one opens the log. KeyFileError for a token
    that has other roots under our names."""
    path = settings.keys / roots.NAME
    if kept.provider is Provider.FILE:
        for tier, root in before.items():
            keyfiles.replace(roots.plain(settings, tier), b"".join(root.versions))
        path.unlink(missing_ok=True)
    else:
        if kept.token is not None:
            _bring(kept.token, before)
        _described(settings, before, kept).write(path)
        clear_plain(settings)
    roots.forget(settings)


def is_kept(settings: Settings, kept: Kept) -> bool:
    """Whether they are kept that way now."""
    found = roots.described(settings)
    if found is None:
        return kept.provider is Provider.FILE
    return found.provider == kept.provider and found.how == kept.how


def clear_plain(settings: Settings) -> None:
    """What lies in the clear beside roots that are sealed is no use to anybody but a thief."""
    for tier in Tier:
        roots.plain(settings, tier).unlink(missing_ok=True)


def sign_in(settings: Settings, how: Mapping[str, Any], secret: Callable[[str], str]) -> Token:
    from ops.crypto.providers.token import Token

    return Token.open(settings.log_id, how, secret("PIN of the token: "))


def _described(settings: Settings, before: Held, kept: Kept) -> RootsFile:
    made = RootsFile(settings.log_id, kept.provider, kept.how)
    if kept.key is not None:
        for tier, root in before.items():
            for version in root.versions:
                made = made.with_version(kept.key, tier, version)
    return made


def _bring(token: Token, before: Held) -> None:
    """Those that are there from an attempt that was interrupted are the same, or they are somebody else's."""
    for tier, root in before.items():
        there = token.has(tier)
        for version, content in enumerate(root.versions, 1):
            if version > there:
                token.put(tier, version, content)
            if token.root(tier).derive(version, labels.FINGERPRINT) != root.derive(version, labels.FINGERPRINT):
                raise KeyFileError(f"token {token.name} holds another {tier} root under the name of this log's")
