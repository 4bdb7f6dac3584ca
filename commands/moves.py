"""Moving accounts from one resource to another, with all that they have been."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commands import naming
from commands.authorisation import authorise_also
from commands.base import Command, OnAccount, OnResource, Thing
from commands.checks import unchanged
from commands.work import Work
from domain.access import Operation
from domain.access_lists import AccessList, ObjectKind
from domain.accounts import Account
from domain.errors import Refused
from domain.names import NameKind
from domain.resources import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveAccount(Command[None]):
    """Let an account stand on another resource. Its passwords and its own shares stay; what was had of it by the old
    resource ends, what is had of the new one begins."""

    account_id: UUID
    resource_id: UUID
    expected_version: int | None = None

    needs = Operation.ACCOUNT_EDIT

    def object(self) -> Thing:
        return OnAccount(self.account_id)

    async def execute(self, work: Work) -> None:
        await authorise_also(work, Operation.ACCOUNT_ADD, OnResource(self.resource_id))
        if work.access.until is not None:
            raise Refused("Your own share of it ends: what you move would stay moved.")
        account = await work.get(Account, self.account_id)
        unchanged(account, self.expected_version)
        leaving = account.resource_id
        (await work.get(Resource, leaving)).check_not_helping(account.id)
        before = naming.of_account(leaving, account.username)
        account.move(self.resource_id)
        after = naming.of_account(account.resource_id, account.username)
        await naming.claim(work, NameKind.ACCOUNT, after, account.id)
        await naming.release(work, NameKind.ACCOUNT, before, account.id)
        await _take_list_along(work, account, leaving)


async def _take_list_along(work: Work, account: Account, leaving: UUID) -> None:
    """Every decision about the account rests on its list, so the move is written there, too."""
    there = await work.get(AccessList, AccessList.create_id(account.resource_id))
    own = await work.find(AccessList, AccessList.create_id(account.id))
    if own is None:
        own = AccessList(account.id, ObjectKind.ACCOUNT, None)
        work.add(own)
    own.move(leaving, there.object_id, there.owner)
    there.note_narrower(account.id)
