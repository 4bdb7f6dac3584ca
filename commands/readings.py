"""Reading what must not be read in silence: recorded first, once a session, question and five minutes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commands.base import Command, OnAccount, Thing
from commands.work import Work
from domain.access import Operation
from domain.errors import Invalid
from domain.exports import AuditExport, ExportFormat
from domain.readings import Read, Reading

EVERY = 300
LONGEST = 4000
"""Characters of a question. It is recorded whole, or not answered: the rest of it would be known to nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAuditTrail(Command[None]):
    """Look at the audit trail; `question` holds the filters."""

    question: str

    needs = Operation.AUDIT_READ

    async def execute(self, work: Work) -> None:
        await _note(work, Read.AUDIT_TRAIL, None, _whole(self.question))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPasswordHistory(Command[None]):
    """Look at when an account had which password, and from whom; never at their values."""

    account_id: UUID

    needs = Operation.ACCOUNT_VIEW

    def object(self) -> Thing:
        return OnAccount(self.account_id)

    async def execute(self, work: Work) -> None:
        await _note(work, Read.PASSWORD_HISTORY, self.account_id, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportAuditTrail(Command[UUID]):
    """Take a copy of `count` entries up to position `up_to`; each one is an event of its own, which it answers with."""

    format: ExportFormat
    question: str
    count: int
    up_to: int

    needs = Operation.AUDIT_EXPORT

    async def execute(self, work: Work) -> UUID:
        export = AuditExport(self.format, _whole(self.question), self.count, self.up_to)
        work.add(export)
        return export.id


@dataclass(frozen=True, slots=True, kw_only=True)
class EndExport(Command[None]):
    """Say how much of a copy was given out. Strongroom itself does: whoever took it may be signed out by then."""

    export_id: UUID
    given: int
    whole: bool

    needs = Operation.SYSTEM_SET_UP

    async def execute(self, work: Work) -> None:
        export = await work.get(AuditExport, self.export_id)
        export.end(self.given, self.whole)


def _whole(question: str) -> str:
    if len(question) > LONGEST:
        raise Invalid(
            f"These filters take more than {LONGEST:,} characters: ask with fewer, in several questions.", "topic"
        )
    return question


async def _note(work: Work, what: Read, object_id: UUID | None, question: str) -> None:
    """The id stands for session, question and a slot of five minutes: a second reading finds the first, in this slot or
    the one before."""
    slot = int(work.now.timestamp()) // EVERY
    asked = f"{work.caller.session}/{what}/{object_id}"
    streams = [work.reserved("reading", f"{asked}/{each}/{question}") for each in (slot, slot - 1)]
    found = [await work.find(Reading, stream) for stream in streams]
    if not any(each and (work.now - each.created_on).total_seconds() < EVERY for each in found):
        work.add(Reading(id=streams[0], what=what, object_id=object_id, question=question))
