"""Ways: saying how the passwords of a resource's accounts are changed, and who must agree to where those go."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commands.authorisation import authorise_also
from commands.base import Command, OnAccount, OnResource, Thing
from commands.checks import unchanged
from commands.work import Work
from domain.access import Operation
from domain.accounts import Account
from domain.errors import Invalid
from domain.resources import Resource
from domain.ways import Elevation, Part, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class SetResetWay(Command[None]):
    """Have the passwords of a resource's accounts changed by one of them; without a login each changes its own."""

    resource_id: UUID
    login_id: UUID | None = None
    elevation: Elevation = Elevation.NONE
    root_id: UUID | None = None
    expected_version: int | None = None

    needs = Operation.RESOURCE_CHANGE

    def object(self) -> Thing:
        return OnResource(self.resource_id)

    async def execute(self, work: Work) -> None:
        resource = await work.get(Resource, self.resource_id)
        unchanged(resource, self.expected_version)
        way = Way(self.login_id, Elevation(self.elevation), self.root_id)
        for part, account_id in way.helpers.items():
            await self._check_helper(work, part, account_id)
        resource.set_way(way)

    async def _check_helper(self, work: Work, part: Part, account_id: UUID) -> None:
        """Nobody lets others work with an account whose password he could not have changed himself."""
        account = await work.find(Account, account_id)
        if account is None or account.resource_id != self.resource_id:
            raise Invalid("There is no such account on this resource.", f"{part.value}_id")
        await authorise_also(work, Operation.ACCOUNT_RESET, OnAccount(account_id))


async def authorise_helpers(work: Work, resource: Resource) -> None:
    """Who says where a resource is says where its helpers' passwords are sent: he must have a right to each."""
    for account_id in resource.way.helpers.values():
        await authorise_also(work, Operation.ACCOUNT_RESET, OnAccount(account_id))
