"""What the command line does with the proof: it asks the database, and says what came of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from domain.registry import AGGREGATES
from ops import database
from ops.crypto import keyfiles, roots
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.key_store import Tier
from ops.ledger.findings import Finding, as_text
from ops.ledger.shreds import Reader, shreds
from ops.ledger.source import LogSource
from ops.ledger.streamcheck import NoStream, check_stream
from ops.ledger.topics import Topics
from ops.ledger.verify import Case
from ops.proof.errors import Unproved
from ops.proof.export import export
from ops.proof.levels import Level, Verified, verify_log
from ops.proof.notes import Note, VerifierKey
from ops.proof.proving import prove
from ops.proof.recoveries import recoveries
from ops.proof.stored import Database, Signed, newest
from ops.proof.trust import Trust
from ops.runtime.keys import seed_of
from ops.runtime.nats import FOLLOWER
from ops.runtime.seats import as_user
from ops.settings import Settings
from ops.signer.origin import names_of, origin, read_policy, read_public

_EVER = (
    "select exists (select from ledger.checkpoints) or exists (select from ledger.tiles) "
    "or exists (select from ledger.gate)"
)

Say = Callable[[str], None]
Progress = Callable[[str], Callable[[int, int], None]]
Further = Mapping[str, Callable[[Settings, Progress], list[Finding]]]
"""Levels beyond the log itself, by name: what looks for their faults."""


@contextmanager
def reading(settings: Settings) -> Iterator[Database]:
    with database.connect_now(database.ledger_url(settings, "project", limited=False)) as ledger:
        yield ledger


def public_key(settings: Settings) -> VerifierKey:
    """By what auditors and witnesses check what the log signs now."""
    with reading(settings) as ledger:
        signed = newest(ledger)
    name = origin(settings.log_id) if signed is None else signed.origin
    return VerifierKey.of_log(name, read_public(settings))


def checkpoint(settings: Settings) -> Signed:
    """The newest; Unproved while there is none."""
    with reading(settings) as ledger:
        if (signed := newest(ledger)) is None:
            raise Unproved("nothing of this log was signed yet: see that a signer runs")
        return signed


def proof(settings: Settings, position: int) -> str:
    """As a file for whoever is to check it."""
    with reading(settings) as ledger:
        return str(prove(ledger, settings.log_id, position))


def exported(settings: Settings, target: Path, progress: Callable[[int, int], None]) -> Signed:
    """All up to the newest checkpoint, into a folder that is not there yet."""
    with reading(settings) as ledger:
        signed = newest(ledger, agreed=True) or newest(ledger)
        if signed is None:
            raise Unproved("nothing of this log was signed yet: see that a signer runs")
        export(ledger, settings.log_id, signed, target.absolute(), progress)
        return signed


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a verification came to; `signed`: whether anything of this log was ever signed, as far as can be seen."""

    verified: Verified
    levels: tuple[str, ...]
    signed: bool

    @property
    def exit_code(self) -> int:
        return min(self.verified.run.faults, default=0)

    def text(self) -> str:
        lines = [as_text(self.verified.run)]
        if not self.signed:
            lines.append("Nothing of this log was ever signed: rows alone were verified, which its owner can rewrite.")
        elif (signed := self.verified.newest) is not None:
            behind = (
                f"; {self.verified.unsealed} records behind it are not signed yet" if self.verified.unsealed else ""
            )
            lines.append(f"signed as {signed.origin} up to position {signed.size}{behind}")
        if Level.ROWS in self.levels:
            lines += [self._counted(), *self._silent()]
        return "\n".join(lines)

    def _counted(self) -> str:
        if last := self.verified.run.coverage.last:
            return f"counted as they were recorded up to position {last}"
        return "No record was counted when it was recorded: a worker does that, every thousand."

    def _silent(self) -> list[str]:
        hours = self.verified.run.hours
        spans = [f"{first:%Y-%m-%dT%H} to {last:%Y-%m-%dT%H} UTC" for first, last in hours.spans]
        why = "a worker ran but could record nothing (PostgreSQL was away, or the machine slept)"
        return [f"{hours.silent} hours without a sign of life, no fault: {why}: {', '.join(spans)}"] if spans else []

    def as_json(self) -> str:
        run, signed = self.verified.run, self.verified.newest
        named = [{"fault": each.fault.name, "position": each.position, "what": each.what} for each in run.findings]
        return json.dumps({
            "records": run.count, "root": run.frontier.root().hex() if Level.ROWS in self.levels else None,
            "faults": {fault.name: count for fault, count in run.faults.items()}, "named": named,
            "levels": self.levels, "signed": None if signed is None else signed.size,
            "unsigned": self.verified.unsealed, "counted": run.coverage.last, "silent_hours": run.hours.silent,
        })  # fmt: skip


def verified(
    settings: Settings, wanted: Collection[str], seen: Collection[Path], progress: Progress, further: Further
) -> Outcome:
    """The levels that are wanted; unless said, those of the log: one that was never signed has rows alone."""
    with reading(settings) as ledger:
        signed = bool((ledger.execute(_EVER).fetchone() or (False,))[0]) or settings.signer_memory.exists()
        root = roots.read(settings, Tier.EVENT)
        authors = AuthorKeys.read(settings.keys, None)
        gone = shreds(ledger, Reader(settings.log_id, root, authors))
        trust = _trust(settings, seen, recoveries(ledger, settings, root, authors))
    inner = [Level(each) for each in wanted if each not in further]
    levels = inner if wanted else list(Level) if signed else [Level.ROWS]
    url = database.ledger_url(settings, "migrate", limited=False)
    keys = {key: each.position for each in gone for key in (*each.event_keys, *each.secret_keys)}
    case = Case(url, settings.log_id, Topics(AGGREGATES), authors, root, shredded=keys)
    both = {Tier.EVENT: root, Tier.SECRET: roots.read(settings, Tier.SECRET)}
    told = verify_log(case, trust, levels, lambda what, done, of: progress(f"verifying {what}")(done, of), both)
    for level in [each for each in wanted if each in further]:
        for found in further[level](settings, progress):
            told.run.find(found.fault, found.position, found.what)
    return Outcome(told, (*levels, *(each for each in wanted if each in further)), signed)


def stream(settings: Settings, progress: Progress) -> list[Finding]:
    """The level of what lies on NATS."""
    return asyncio.run(_stream(settings, progress("verifying stream")))


async def _stream(settings: Settings, progress: Callable[[int, int], None]) -> list[Finding]:
    source = LogSource(database.ledger_url(settings, "project", limited=False))
    bus = as_user(settings, FOLLOWER, seed_of(settings, FOLLOWER))
    await bus.start()
    try:
        return await check_stream(source, bus, keyfiles.read_key(settings.keys / "bus.key"), progress)
    except NoStream as error:
        raise Unproved(str(error)) from error
    finally:
        await bus.close()
        await source.close()


def _trust(settings: Settings, seen: Collection[Path], recovered: Mapping[str, int]) -> Trust:
    public = read_public(settings)
    keys = [VerifierKey.of_log(name, public) for name in names_of(settings.log_id)]
    policy = read_policy(settings)
    return Trust(keys, policy if policy.is_witnessed else None, {path.name: _kept(path) for path in seen}, recovered)


def _kept(path: Path) -> Note:
    try:
        return Note.parse(path.read_text())
    except (OSError, UnicodeDecodeError, Unproved) as error:
        raise Unproved(f"{path} is no checkpoint: {error}") from error


def as_json(signed: Signed) -> str:
    return json.dumps({**asdict(signed), "root": signed.root.hex(), "signed_at": signed.signed_at.isoformat()})
