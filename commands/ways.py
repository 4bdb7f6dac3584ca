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
from domain.errors import Invalid, NotFound, Refused
from domain.resources import Resource
from domain.ways import MOST_HOPS, Elevation, Part, Way


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
        await authorise_helpers(work, resource)
        way = Way(self.login_id, Elevation(self.elevation), self.root_id)
        for part, account_id in way.helpers.items():
            await self._check_helper(work, part, account_id)
        resource.set_way(way)

    async def _check_helper(self, work: Work, part: Part, account_id: UUID) -> None:
        """Nobody lets others work with an account whose password he could not have changed himself."""
        account = await work.find(Account, account_id)
        if account is None or account.resource_id != self.resource_id:
            raise Invalid("There is no such account on this resource.", f"{part.value}_id")
        await _authorise_helper(work, account_id)


async def authorise_helpers(work: Work, resource: Resource) -> None:
    """Who says where a resource is says where its helpers' passwords are sent: he must have a right to each. So must
    whoever takes them away: what he then says of the resource would hold for those who are named next."""
    for account_id in resource.way.helpers.values():
        await _authorise_helper(work, account_id)


async def authorise_way(work: Work, resource: Resource) -> None:
    """Who says how a resource is reached also says where the hosts between let us on to, with passwords of theirs."""
    await authorise_helpers(work, resource)
    for _ in range(MOST_HOPS):
        if resource.jump_id is None:
            return
        resource = await work.get(Resource, resource.jump_id)
        await authorise_helpers(work, resource)


async def _authorise_helper(work: Work, account_id: UUID) -> None:
    """That there is one stands on the resource for all who see that; so to say it here gives nothing away."""
    try:
        await authorise_also(work, Operation.ACCOUNT_RESET, OnAccount(account_id))
    except (NotFound, Refused):
        raise Refused(
            "Resets work there with an account that you may not reset. Have whoever manages that account do this, or"
            " give you the level MODIFY on it."
        ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetJumpHost(Command[None]):
    """Have a resource reached over another one, as whoever signs in there for its accounts; None: over none."""

    resource_id: UUID
    jump_id: UUID | None
    expected_version: int | None = None

    needs = Operation.RESOURCE_CHANGE

    def object(self) -> Thing:
        return OnResource(self.resource_id)

    async def execute(self, work: Work) -> None:
        resource = await work.get(Resource, self.resource_id)
        unchanged(resource, self.expected_version)
        await authorise_way(work, resource)
        if self.jump_id is not None:
            await authorise_also(work, Operation.RESOURCE_VIEW, OnResource(self.jump_id))
            await self._check_hops(work, await work.get(Resource, self.jump_id))
        resource.go_over(self.jump_id)

    async def _check_hops(self, work: Work, jump: Resource) -> None:
        """Whoever signs in there lends his password to this; the way must end, and soon."""
        if jump.way.login_id is None or jump.host_key is None:
            raise Invalid("Pin its host key and say who signs in there first.", "jump_id")
        await authorise_way(work, jump)
        hops = 1
        while jump.jump_id is not None:
            if jump.jump_id == self.resource_id:
                raise Invalid("That one is reached over this resource itself.", "jump_id")
            if (hops := hops + 1) > MOST_HOPS:
                raise Invalid(f"There would be more than {MOST_HOPS} hosts on the way.", "jump_id")
            jump = await work.get(Resource, jump.jump_id)
