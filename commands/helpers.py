"""Helpers: what resources say of their passwords, and what people say to that."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commands.base import Command, OnAccount, Thing
from commands.checks import in_motion, reasoned
from commands.work import Work
from domain.access import Operation
from domain.accounts import Account
from domain.errors import Conflict
from domain.helpers import Helper


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteHelperRefused(Command[bool]):
    """The resource refused a helper's password: nobody tries that one again until a person says so.

    Answers whether that stands: not if the password has moved meanwhile, or is in motion. Then nothing is noted.
    """

    account_id: UUID
    number: int
    work_id: UUID

    needs = Operation.RESET_PERFORM

    async def execute(self, work: Work) -> bool:
        account = await work.get(Account, self.account_id)
        if in_motion(account, self.number, self.work_id):
            return False
        (await known_helper(work, account.id)).note_refusal(self.number, self.work_id)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class TryHelperAgain(Command[None]):
    """Let resets work again with a password that was refused: it is right, or the account's lock is gone."""

    account_id: UUID

    needs = Operation.ACCOUNT_RESET

    def object(self) -> Thing:
        return OnAccount(self.account_id)

    async def execute(self, work: Work) -> None:
        await reasoned(work)
        known = await work.find(Helper, Helper.create_id(self.account_id))
        if known is None:
            raise Conflict("Its password has not been refused.")
        known.try_again()


async def known_helper(work: Work, account_id: UUID) -> Helper:
    known = await work.find(Helper, Helper.create_id(account_id))
    if known is None:
        known = Helper(account_id)
        work.add(known)
    return known
