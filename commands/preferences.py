"""Keeping things at hand: filters of the audit trail, and the resources and accounts one uses often."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commands.base import Command, OnAccount, OnResource, Thing
from commands.work import Work
from domain.access import Operation
from domain.access_lists import ObjectKind
from domain.preferences import Preferences


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveFilter(Command[None]):
    """Keep a question to the audit trail under a name of one's own."""

    name: str
    question: str

    needs = Operation.AUDIT_READ

    async def execute(self, work: Work) -> None:
        (await _own(work)).save_filter(self.name, self.question)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveFilter(Command[None]):
    """Keep it no longer."""

    filter_id: UUID

    needs = Operation.AUDIT_READ

    async def execute(self, work: Work) -> None:
        (await work.get(Preferences, Preferences.create_id(work.caller.id))).remove_filter(self.filter_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class StarResource(Command[None]):
    """Keep a resource at hand that one can see."""

    resource_id: UUID

    needs = Operation.RESOURCE_VIEW

    def object(self) -> Thing:
        return OnResource(self.resource_id)

    async def execute(self, work: Work) -> None:
        (await _own(work)).star(ObjectKind.RESOURCE, self.resource_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class StarAccount(Command[None]):
    """Keep an account at hand that one can see."""

    account_id: UUID

    needs = Operation.ACCOUNT_VIEW

    def object(self) -> Thing:
        return OnAccount(self.account_id)

    async def execute(self, work: Work) -> None:
        (await _own(work)).star(ObjectKind.ACCOUNT, self.account_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unstar(Command[None]):
    """Keep a thing at hand no longer, whether or not one can still see it."""

    object_id: UUID

    needs = Operation.OWN_PREFERENCES

    async def execute(self, work: Work) -> None:
        found = await work.find(Preferences, Preferences.create_id(work.caller.id))
        if found is not None:
            found.unstar(self.object_id)


async def _own(work: Work) -> Preferences:
    """The caller's, begun when there are none."""
    found = await work.find(Preferences, Preferences.create_id(work.caller.id))
    if found is None:
        found = Preferences(work.caller.id)
        work.add(found)
    return found
