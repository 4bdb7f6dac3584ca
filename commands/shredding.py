"""What is recorded when something is forgotten for good, and when the data keys are copied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from commands import naming
from commands.base import Command
from commands.recovery import are_two
from commands.work import Work
from domain.access import Operation
from domain.accounts import Account
from domain.key_copies import KeyCopies
from domain.names import NameKind
from domain.shreddings import Forgettable, Shredding
from domain.users import User

KINDS: Mapping[Forgettable, type[User | Account]] = {Forgettable.USER: User, Forgettable.ACCOUNT: Account}


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginShredding(Command[UUID]):
    """Record that something is forgotten, which keys go with it, and who agreed: before anything is deleted.

    Its names are free again. `lost` when it is forgotten already, but the log that said so was set back.
    """

    subject_id: UUID
    kind: Forgettable
    event_keys: tuple[int, ...]
    secret_keys: tuple[int, ...]
    approved_by: tuple[UUID, ...]
    lost: bool = False

    needs = Operation.SYSTEM_SET_UP

    async def execute(self, work: Work) -> UUID:
        are_two(self.approved_by)
        if not self.lost:
            await self._let_go(work)
        shredding = Shredding(self.subject_id, self.kind, self.event_keys, self.secret_keys, self.approved_by)
        work.add(shredding)
        return shredding.id

    async def _let_go(self, work: Work) -> None:
        subject = await work.get(KINDS[self.kind], self.subject_id)
        match subject:
            case User():
                await naming.release(work, NameKind.USERNAME, subject.username, subject.id)
            case Account():
                name = naming.of_account(subject.resource_id, subject.username)
                await naming.release(work, NameKind.ACCOUNT, name, subject.id)
        subject.shred()


@dataclass(frozen=True, slots=True, kw_only=True)
class EndShredding(Command[date | None]):
    """Record that it is gone; until when a copy of its keys is kept."""

    log_id: UUID
    shredding_id: UUID

    needs = Operation.SYSTEM_SET_UP

    async def execute(self, work: Work) -> date | None:
        copies = await work.find(KeyCopies, KeyCopies.create_id(self.log_id))
        until = None if copies is None else copies.gone_by(work.now.date())
        (await work.get(Shredding, self.shredding_id)).end(until)
        return until


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteKeyCopy(Command[None]):
    """Record that the data keys are copied, before the copy is in its place."""

    log_id: UUID
    event_keys: int
    secret_keys: int
    digest: bytes

    needs = Operation.SYSTEM_SET_UP

    async def execute(self, work: Work) -> None:
        copies = await work.find(KeyCopies, KeyCopies.create_id(self.log_id))
        if copies is None:
            copies = KeyCopies(self.log_id)
            work.add(copies)
        copies.make(work.now.date(), self.event_keys, self.secret_keys, self.digest)
