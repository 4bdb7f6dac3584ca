"""Showing an open password to a person: the order to open it, never the password itself."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commands.base import Closed, Command, OnAccount, Thing
from commands.checks import reasoned
from commands.work import Work
from domain.access import Operation
from domain.accounts import PASSWORD, Account
from domain.disclosures import Disclosure, Purpose, Which
from domain.resets import Reset
from domain.secrets import SealedSecret


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosePassword(Command[Closed]):
    """Show an account's password: the present one, or the one with `number`.

    While a reset leaves it in doubt which password holds, the next number is the reset's candidate: who needs the
    account then has to try both.
    """

    account_id: UUID
    purpose: Purpose
    number: int | None = None

    needs = Operation.ACCOUNT_DISCLOSE

    def object(self) -> Thing:
        return OnAccount(self.account_id)

    async def execute(self, work: Work) -> Closed:
        await reasoned(work)
        account = await work.get(Account, self.account_id)
        number = self.number or account.password.number
        secret, which = await _choose(work, account, number)
        work.add(Disclosure(account.id, Purpose(self.purpose), number, which))
        return Closed(secret, account.id, PASSWORD, number)


async def _choose(work: Work, account: Account, number: int) -> tuple[SealedSecret, Which]:
    if number == account.password.number:
        return account.password.secret, Which.CURRENT
    if account.in_doubt and account.reset_id is not None and number == account.password.number + 1:
        reset = await work.get(Reset, account.reset_id)
        return reset.candidate, Which.CANDIDATE
    return account.numbered(number).secret, Which.PAST
