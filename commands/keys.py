"""Keys: the private SSH keys with which accounts sign in for others. They go in, and never come out again."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from commands.base import Command, OnAccount, Thing
from commands.checks import reasoned
from commands.helpers import known_helper
from commands.work import Work
from domain.access import Operation
from domain.accounts import Account
from domain.helpers import KEY
from domain.host_keys import fingerprint
from domain.secrets import Secret
from ops.crypto.private_keys import private_key_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SetKey(Command[str]):
    """Have an account sign in for others with this private key; answers with its fingerprint."""

    account_id: UUID
    private_key: Secret

    needs = Operation.ACCOUNT_CHANGE

    def object(self) -> Thing:
        return OnAccount(self.account_id)

    async def execute(self, work: Work) -> str:
        await reasoned(work)
        private, public = private_key_of(self.private_key)
        account = await work.get(Account, self.account_id)
        sealed = await work.sealer.seal(private, account.id, KEY)
        (await known_helper(work, account.id)).set_key(public, sealed)
        return fingerprint(public)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveKey(Command[None]):
    """Have an account sign in with its password again."""

    account_id: UUID

    needs = Operation.ACCOUNT_CHANGE

    def object(self) -> Thing:
        return OnAccount(self.account_id)

    async def execute(self, work: Work) -> None:
        (await known_helper(work, self.account_id)).remove_key()
