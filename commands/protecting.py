"""`strongroom keys protect`: how the roots are kept is changed, by two administrators at a terminal."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from secrets import token_bytes

from commands.ground import Keys, opened, system
from commands.recovery import Ask, two_administrators
from commands.root_keeping import BeginProtection, EndProtection
from domain.base import Author
from domain.provenance import Channel
from ops.crypto import keeping, roots
from ops.crypto.keeping import Kept
from ops.crypto.providers import passphrase, shares
from ops.crypto.providers.file import SIZE
from ops.crypto.providers.shares import Gathering, ShareRefused
from ops.crypto.roots import Provider
from ops.runtime.process import StartError
from ops.settings import Settings

SLIPS = 3
"""So many shares may be typed wrongly."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which way, and what it needs: how many shares, or which token by which library."""

    provider: Provider
    threshold: int = 0
    shares: int = 0
    module: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """Those at the terminal: two administrators, what they type unseen, and who is shown a share or types it back."""

    ask: Ask
    secret: Callable[[str], str]
    show: Callable[[int, int, str], None]
    say: Callable[[str], None]


def protect(settings: Settings, wanted: Wanted, people: People) -> bool:
    """Whether it was done. StartError or KeyFileError before anything is changed; a share that is typed back wrongly
    leaves all as it was."""
    return asyncio.run(_protect(settings, wanted, people))


async def _protect(settings: Settings, wanted: Wanted, people: People) -> bool:
    before = keeping.held(settings)
    kept, handed = _made(settings, wanted, people)
    caller = system(Channel.COMMAND_LINE)
    async with opened(settings, Keys.read(settings, Author.SYSTEM)) as ground:
        agreed = await two_administrators(ground.vault, caller, people.ask)
        begin = BeginProtection(
            before=roots.provider(settings), provider=wanted.provider,
            threshold=wanted.threshold, shares=wanted.shares, approved_by=agreed,
        )  # fmt: skip
        ceremony = (await ground.vault.execute(begin, caller)).value
        try:
            if await asyncio.to_thread(_handed_out, kept, handed, people):
                keeping.keep(settings, before, kept)
        finally:
            done = keeping.is_kept(settings, kept)
            await ground.vault.execute(EndProtection(ceremony_id=ceremony, done=done), caller)
    return done


def _made(settings: Settings, wanted: Wanted, people: People) -> tuple[Kept, Sequence[str]]:
    """The new way, and the shares to hand out; nothing of it lies anywhere yet."""
    match wanted.provider:
        case Provider.FILE:
            return Kept(wanted.provider), ()
        case Provider.PASSPHRASE:
            how, key = passphrase.make(_twice(people))
            return Kept(wanted.provider, how, key), ()
        case Provider.SHARES:
            key = token_bytes(SIZE)
            how, words = shares.split(key, wanted.threshold, wanted.shares)
            return Kept(wanted.provider, how, key), words
        case _:
            how = {"module": wanted.module, "token": wanted.token}
            return Kept(wanted.provider, how, token=keeping.sign_in(settings, how, people.secret)), ()


def _twice(people: People) -> str:
    said, again = people.secret("New passphrase: "), people.secret("The same again: ")
    if said != again:
        raise StartError("the two passphrases differ: nothing was changed, begin again")
    return said


def _handed_out(kept: Kept, handed: Sequence[str], people: People) -> bool:
    """Each share to whoever holds it; then as many as are needed are typed back, or nobody could ever open it."""
    for number, words in enumerate(handed, 1):
        people.show(number, len(handed), words)
    if not handed or kept.key is None:
        return True
    gathering = Gathering.of(kept.how)
    for _ in range(gathering.need + SLIPS):
        wanted = f"Type {len(gathering.members) + 1} of {gathering.need} shares back: "
        try:
            if (key := gathering.add(people.secret(wanted))) is not None:
                return hmac.compare_digest(key, kept.key)
        except ShareRefused as why:
            people.say(f"Not taken: {why}.")
    return False
