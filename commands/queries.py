"""Questions: they change nothing, are decided from the log as it stands now, and leave a trace only when refused."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commands.authorisation import operations_of, signed_in
from commands.base import Command, OnAccount, OnResource, Thing
from commands.work import Work
from domain.access import Access, Operation, Scope
from domain.errors import StrongroomError


@dataclass(frozen=True, slots=True)
class TurnAway(Command[None]):
    """Refuse at the door what never becomes a command, so that it is recorded like every refusal."""

    refusal: StrongroomError
    needs = None

    async def execute(self, work: Work) -> None:
        raise self.refusal


@dataclass(frozen=True, slots=True)
class Standing:
    """The asker as the log knows him now, and what he has on the thing he asks about."""

    operations: frozenset[Operation]
    scope: Scope
    access: Access


class Question(Command[Standing]):
    """May the caller see this? A reading is allowed by the log, never by a read model."""

    async def execute(self, work: Work) -> Standing:
        user = await signed_in(work)
        return Standing(await operations_of(work, user), user.scope, work.access)


class LookAround(Question):
    """Anybody who is signed in."""

    needs = Operation.OWN_SESSIONS


class ListResources(Question):
    needs = Operation.RESOURCE_VIEW


class ListAccounts(Question):
    needs = Operation.ACCOUNT_VIEW


class ListUsers(Question):
    needs = Operation.USER_VIEW


class ListPeople(Question):
    needs = Operation.ACCESS_CHANGE


class ListOwnSessions(Question):
    needs = Operation.OWN_SESSIONS


@dataclass(frozen=True, slots=True)
class ViewResource(Question):
    resource_id: UUID
    needs = Operation.RESOURCE_VIEW

    def object(self) -> Thing:
        return OnResource(self.resource_id)


@dataclass(frozen=True, slots=True)
class ViewAccount(Question):
    account_id: UUID
    needs = Operation.ACCOUNT_VIEW

    def object(self) -> Thing:
        return OnAccount(self.account_id)


class ChangeableResource(ViewResource):
    needs = Operation.RESOURCE_CHANGE


class ViewResourceAccess(ViewResource):
    needs = Operation.ACCESS_VIEW


class ViewAccountAccess(ViewAccount):
    needs = Operation.ACCESS_VIEW


class ViewAuditTrail(Question):
    needs = Operation.AUDIT_READ


class ViewSystem(Question):
    needs = Operation.SYSTEM_VIEW


class TakeAuditTrail(Question):
    needs = Operation.AUDIT_EXPORT


class ViewPreferences(Question):
    needs = Operation.OWN_PREFERENCES
