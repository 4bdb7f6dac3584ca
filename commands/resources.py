"""Resources: adding and describing them, pinning their host keys, handing them over."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commands import naming
from commands.authorisation import operations_of, resource_of
from commands.base import Command, OnResource, Thing
from commands.checks import unchanged
from commands.ways import authorise_helpers, authorise_way
from commands.work import Work
from domain import ids
from domain.access import Operation
from domain.access_lists import AccessList, ObjectKind
from domain.errors import Invalid
from domain.names import NameKind
from domain.notices import Notice, NoticeKind
from domain.resources import Resource, ResourceType
from domain.users import User


@dataclass(frozen=True, slots=True, kw_only=True)
class AddResource(Command[UUID]):
    """Make a system known; who does owns it."""

    name: str
    type: ResourceType
    address: str
    port: int | None = None
    description: str = ""

    needs = Operation.RESOURCE_ADD

    async def execute(self, work: Work) -> UUID:
        kind = ResourceType(self.type)
        resource = Resource.describe(ids.new(), self.name, kind, self.address, self.port, self.description)
        work.add(resource)
        work.add(AccessList(resource.id, ObjectKind.RESOURCE, work.caller.id))
        await naming.claim(work, NameKind.RESOURCE, naming.of_resource(work.caller.id, resource.name), resource.id)
        return resource.id


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeResource(Command[None]):
    """Describe a resource anew."""

    resource_id: UUID
    name: str
    type: ResourceType
    address: str
    port: int | None = None
    description: str = ""
    expected_version: int | None = None

    needs = Operation.RESOURCE_CHANGE

    def object(self) -> Thing:
        return OnResource(self.resource_id)

    async def execute(self, work: Work) -> None:
        resource = await work.get(Resource, self.resource_id)
        unchanged(resource, self.expected_version)
        before, place = resource.name, (resource.address, resource.port)
        resource.change(self.name, ResourceType(self.type), self.address, self.port, self.description)
        if (resource.address, resource.port) != place:
            await authorise_way(work, resource)
        if resource.name != before:
            await _rename(work, resource, before)


@dataclass(frozen=True, slots=True, kw_only=True)
class PinHostKey(Command[str | None]):
    """Trust one host key, on a person's word, or none; answers with its fingerprint."""

    resource_id: UUID
    host_key: str | None
    expected_version: int | None = None

    needs = Operation.RESOURCE_CHANGE

    def object(self) -> Thing:
        return OnResource(self.resource_id)

    async def execute(self, work: Work) -> str | None:
        resource = await work.get(Resource, self.resource_id)
        unchanged(resource, self.expected_version)
        await authorise_helpers(work, resource)
        resource.pin_host_key(self.host_key)
        return resource.fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferResource(Command[None]):
    """Let somebody else own a resource. `expected_version` is that of its access list.

    Neither the old owner nor the new one keeps a share on it or on its accounts: what one owned or was once given must
    not come back when it changes hands again. Whoever gets it has its passwords changed over its jump hosts: who gives
    it needs a right to the accounts that sign in there.
    """

    resource_id: UUID
    user_id: UUID
    expected_version: int | None = None

    needs = Operation.RESOURCE_TRANSFER

    def object(self) -> Thing:
        return OnResource(self.resource_id)

    async def execute(self, work: Work) -> None:
        shares = await work.get(AccessList, AccessList.create_id(self.resource_id))
        unchanged(shares, self.expected_version)
        await self._check_receiver(work)
        leaving = shares.owner
        if leaving == self.user_id:
            return
        await authorise_way(work, await work.get(Resource, self.resource_id))
        shares.transfer(self.user_id)
        for account_id in shares.narrower:
            if await resource_of(work, account_id) == self.resource_id:
                of_account = await work.get(AccessList, AccessList.create_id(account_id))
                of_account.forget({self.user_id} if leaving is None else {leaving, self.user_id})
        await self._move_name(work, leaving)
        work.add(Notice(NoticeKind.OWNERSHIP_GIVEN, self.user_id, self.resource_id))

    async def _check_receiver(self, work: Work) -> None:
        receiver = await work.find(User, self.user_id)
        if receiver is None or not receiver.active:
            raise Invalid("There is no such active user.", "user_id")
        if Operation.RESOURCE_ADD not in await operations_of(work, receiver):
            raise Invalid("His role does not let him own resources.", "user_id")

    async def _move_name(self, work: Work, leaving: UUID | None) -> None:
        """Whether the receiver has a resource of this name already is not for the giver to learn."""
        resource = await work.get(Resource, self.resource_id)
        if leaving is not None:
            await naming.release(work, NameKind.RESOURCE, naming.of_resource(leaving, resource.name), resource.id)
        name = naming.of_resource(self.user_id, resource.name)
        await naming.claim_if_free(work, NameKind.RESOURCE, name, resource.id)


async def _rename(work: Work, resource: Resource, before: str) -> None:
    """Move the reservation. Only the owner learns that he has another of that name; others may not see it."""
    shares = await work.get(AccessList, AccessList.create_id(resource.id))
    owner = shares.owner or work.caller.id
    old, new = naming.of_resource(owner, before), naming.of_resource(owner, resource.name)
    if work.reserved(NameKind.RESOURCE, old) == work.reserved(NameKind.RESOURCE, new):
        return
    take = naming.claim if work.access.owner else naming.claim_if_free
    await take(work, NameKind.RESOURCE, new, resource.id)
    await naming.release(work, NameKind.RESOURCE, old, resource.id)
