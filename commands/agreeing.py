"""`strongroom ledger policy`: who has to witness the log, agreed by two administrators, and put beside the keys."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from commands.ground import Keys, opened, system
from commands.recovery import AgreeOnPolicy, Ask, two_administrators
from domain.base import Author
from domain.provenance import Channel
from ops.proof.errors import Malformed
from ops.proof.policy import Policy
from ops.runtime import files
from ops.runtime.process import StartError
from ops.settings import Settings
from ops.signer.origin import POLICY


@dataclass(frozen=True, slots=True)
class Agreed:
    """Who is asked from now on, and how many of them have to agree."""

    witnesses: tuple[str, ...]
    quorum: str


def agree(settings: Settings, path: Path, ask: Ask) -> Agreed:
    """StartError for a file that is no policy, NotTwo when they are not: then nothing was changed. Interrupted behind
    the record, the same command ends it: meanwhile nothing is written."""
    text, policy = _read(path)
    asyncio.run(_recorded(settings, text, ask))
    files.write(settings.keys / POLICY, text.encode(), 0o644)
    return Agreed(tuple(policy.witnesses), policy.quorum)


def _read(path: Path) -> tuple[str, Policy]:
    try:
        text = path.read_text(encoding="utf-8")
        return text, Policy.parse(text)
    except (OSError, UnicodeDecodeError, Malformed) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise StartError(f"{path} is no policy that could be used: {why}") from error


async def _recorded(settings: Settings, text: str, ask: Ask) -> None:
    caller = system(Channel.COMMAND_LINE)
    async with opened(settings, Keys.read(settings, Author.SYSTEM)) as ground:
        people = await two_administrators(ground.vault, caller, ask)
        command = AgreeOnPolicy(log_id=settings.log_id, policy=text, approved_by=people)
        await ground.vault.execute(command, caller)
