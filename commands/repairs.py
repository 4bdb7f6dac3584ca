"""Repairs: having a worker look now which password opens an account in doubt, or set the new one by its helpers."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commands.base import Command, OnAccount, Thing
from commands.checks import reasoned
from commands.work import Work
from domain.access import Operation
from domain.accounts import Account
from domain.errors import ResetNotInDoubt
from domain.resets import Reset


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairAccount(Command[UUID]):
    """Have the reset that left an account in doubt go on now, in the way that its resource has by now.

    Its candidate stays the one that it always was: a third password would only be one more that might hold. Each
    attempt may cost the account a wrong guess, so it takes MANAGE. Answers with the reset.
    """

    account_id: UUID

    needs = Operation.ACCOUNT_EDIT

    def object(self) -> Thing:
        return OnAccount(self.account_id)

    async def execute(self, work: Work) -> UUID:
        await reasoned(work)
        account = await work.get(Account, self.account_id)
        if account.reset_id is None or not account.in_doubt:
            raise ResetNotInDoubt("It is not in doubt which password of this account holds.")
        (await work.get(Reset, account.reset_id)).ask_again()
        return account.reset_id
