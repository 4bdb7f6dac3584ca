"""Accounts: adding and describing them, and keeping another password for one in the vault."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commands import naming
from commands.base import Command, OnAccount, OnResource, Thing
from commands.checks import unchanged
from commands.work import Work
from domain import ids
from domain.access import Operation
from domain.accounts import PASSWORD, Account
from domain.names import NameKind
from domain.password_policies import PasswordPolicy, policy_of
from domain.passwords import check_account_password
from domain.secrets import SealedSecret, Secret
from ops.crypto.generator import generate


async def sealed_password(work: Work, account_id: UUID, given: Secret | None) -> SealedSecret:
    """`given`, or a new one by the policy, under seal for the account."""
    if given is not None:
        check_account_password(given)
    policy = policy_of(await work.find(PasswordPolicy, PasswordPolicy.create_id()))
    password = given or await generate(policy, work.random)
    return await work.sealer.seal(password, account_id, PASSWORD)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAccount(Command[UUID]):
    """Make a login known with its password; None has one generated."""

    resource_id: UUID
    username: str
    description: str = ""
    password: Secret | None = None

    needs = Operation.ACCOUNT_ADD

    def object(self) -> Thing:
        return OnResource(self.resource_id)

    async def execute(self, work: Work) -> UUID:
        account_id = ids.new()
        password = await sealed_password(work, account_id, self.password)
        account = Account.describe(account_id, self.resource_id, self.username, self.description, password)
        work.add(account)
        await naming.claim(work, NameKind.ACCOUNT, naming.of_account(self.resource_id, account.username), account.id)
        return account.id


@dataclass(frozen=True, slots=True, kw_only=True)
class EditAccount(Command[None]):
    """Describe an account anew."""

    account_id: UUID
    username: str
    description: str = ""
    expected_version: int | None = None

    needs = Operation.ACCOUNT_EDIT

    def object(self) -> Thing:
        return OnAccount(self.account_id)

    async def execute(self, work: Work) -> None:
        account = await work.get(Account, self.account_id)
        unchanged(account, self.expected_version)
        before = naming.of_account(account.resource_id, account.username)
        account.edit(self.username, self.description)
        after = naming.of_account(account.resource_id, account.username)
        if before != after:
            await naming.claim(work, NameKind.ACCOUNT, after, account.id)
            await naming.release(work, NameKind.ACCOUNT, before, account.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePassword(Command[int]):
    """Keep another password, in the vault only; None has one generated. Answers with its number."""

    account_id: UUID
    password: Secret | None = None

    needs = Operation.ACCOUNT_CHANGE

    def object(self) -> Thing:
        return OnAccount(self.account_id)

    async def execute(self, work: Work) -> int:
        account = await work.get(Account, self.account_id)
        account.change_password(await sealed_password(work, account.id, self.password))
        return account.password.number
