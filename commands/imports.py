"""Imports: opening one, finding for a row what is there already, and ending it. What it adds has its own commands."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commands import naming
from commands.base import Command
from commands.queries import Question
from commands.work import Work
from domain.access import Operation
from domain.errors import NotFound
from domain.forecasts import Known
from domain.imports import Import
from domain.names import NameKind
from domain.resources import Resource


class PreviewImport(Question):
    needs = Operation.ACCOUNT_ADD


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenImport(Command[UUID]):
    """Say that so many rows of a file are about to be brought in, and that they are those which were previewed."""

    digest: str
    previewed: str
    rows: int

    needs = Operation.ACCOUNT_ADD

    async def execute(self, work: Work) -> UUID:
        opened = Import.of(work.caller.id, self.digest, self.previewed, self.rows)
        work.add(opened)
        return opened.id


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row belongs: the resource of that name and the account on it, as far as they are there."""

    resource: Known | None
    account_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindPlace(Command[Place]):
    """Look one's own resource and its account up by their names, in the log: a read model may be late."""

    resource: str
    username: str

    needs = Operation.ACCOUNT_ADD

    async def execute(self, work: Work) -> Place:
        name = naming.of_resource(work.caller.id, self.resource)
        found = await naming.holder_of(work, NameKind.RESOURCE, name)
        if found is None:
            return Place(None, None)
        there = await work.get(Resource, found)
        known = Known(there.id, there.name, there.type, there.address, there.port)
        if not self.username:
            return Place(known, None)
        return Place(known, await naming.holder_of(work, NameKind.ACCOUNT, naming.of_account(found, self.username)))


@dataclass(frozen=True, slots=True, kw_only=True)
class EndImport(Command[None]):
    """Say what came of it, once."""

    import_id: UUID
    resources: int
    accounts: int
    there: int
    failed: int

    needs = Operation.ACCOUNT_ADD

    async def execute(self, work: Work) -> None:
        opened = await work.get(Import, self.import_id)
        if opened.requested_by != work.caller.id:
            raise NotFound
        opened.end(self.resources, self.accounts, self.there, self.failed)
