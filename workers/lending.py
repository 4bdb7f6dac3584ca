"""Lending: opens what may be used by now, and keeps the passwords of helpers from being tried too often."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from commands.base import Caller, Closed, Command
from commands.helpers import NoteHelperRefused
from commands.means import HelperOrders, Means, Standing, standing_of
from commands.vault import Vault
from commands.work import Sealer
from domain.provenance import ActorKind, Channel
from domain.secrets import Secret
from workers.connectors.login import Key
from workers.insisting import insist
from workers.reaching import Lent, Loan
from workers.trials import Trials

T = TypeVar("T")


class Lender:
    """One for all that a worker process does, so that a helper's password is tried by one of its works at a time."""

    def __init__(self, vault: Vault, sealer: Sealer, worker_id: UUID) -> None:
        self._vault = vault
        self._sealer = sealer
        self._caller = Caller(kind=ActorKind.WORKER, id=worker_id, channel=Channel.WORKER)
        self._trials = Trials(self)

    async def open(self, closed: Closed) -> Secret:
        """The attempt is recorded by now, and with it that this is used."""
        return await self._sealer.open(closed.secret, closed.owner, closed.field)

    async def loan(self, means: Means, work_id: UUID) -> Loan:
        """What the helpers have; nothing is opened unless all of it may be used."""
        if not means.usable:
            return {}
        return {each: await self._lent(each, work_id) for each in means.helpers}

    async def _lent(self, helper: HelperOrders, work_id: UUID) -> Lent:
        key = None if helper.key is None else Key(await self.open(helper.key))
        return Lent(await self.open(helper.password), key, self._trials.of(helper, work_id))

    async def standing(self, helper: HelperOrders, work_id: UUID) -> Standing:
        return await standing_of(self._vault.look(self._caller), helper, work_id)

    async def refused(self, helper: HelperOrders, work_id: UUID) -> bool:
        """Until the log takes it: whoever comes next must know."""
        said = NoteHelperRefused(account_id=helper.account_id, number=helper.password.number, work_id=work_id)
        return await insist(self._execute, said)

    async def _execute(self, command: Command[T], /) -> T:
        return (await self._vault.execute(command, self._caller)).value
