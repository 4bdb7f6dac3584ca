"""Looks at resources, one by one, under a lease: recorded before a password is opened, ended with what was found."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from commands.base import Caller, Command
from commands.probes import BeginProbe, EndProbe, Errand, is_put_off
from commands.vault import Vault
from domain.errors import AttemptRunning, AttemptSuperseded, HelperBusy, NotFound, ProbeEnded, Unavailable, Unreadable
from domain.probes import Finding, Kind, Outcome, Probe, Stage, Verdict
from domain.provenance import ActorKind, Channel
from ops.ledger.errors import Away
from ops.logging import Log
from workers.connectors.examination import Examined, Examiner
from workers.connectors.login import Host
from workers.insisting import insist
from workers.lending import Lender
from workers.reaching import Connect, host_of, why_not

T = TypeVar("T")

LEASE = timedelta(minutes=3)
WHILE_AWAY = timedelta(seconds=1)
WHILE_A_HELPER_IS_RESET = timedelta(seconds=5)
UNREAD = timedelta(hours=1)
OVERTAKEN = (AttemptRunning, AttemptSuperseded, HelperBusy, ProbeEnded, NotFound)

Examine = Callable[[Host], Examiner]
log = Log("strongroom.probes")


class Probes:
    """What a worker does about looks. Any number of workers may: the lease in the log decides who looks."""

    def __init__(
        self, vault: Vault, lender: Lender, connect: Connect, examine: Examine, worker_id: UUID,
        now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._vault = vault
        self._lender = lender
        self._connect = connect
        self._examine = examine
        self._caller = Caller(kind=ActorKind.WORKER, id=worker_id, channel=Channel.WORKER)
        self._now = now

    async def look(self, probe_id: UUID) -> datetime | None:
        """Make the look if it is due; answers when to come again."""
        try:
            due = await self._due(probe_id)
            if due is not None and due <= self._now():
                await self._make(probe_id)
                due = await self._due(probe_id)
        except Unreadable as trouble:
            log.error("a look cannot be read", trouble, stream=probe_id)
            return self._now() + UNREAD
        except (Unavailable, Away) as trouble:
            log.warning("a look waits for the log", stream=probe_id, problem=type(trouble).__name__)
            return self._now() + WHILE_AWAY
        return due

    async def _due(self, probe_id: UUID) -> datetime | None:
        work = self._vault.look(self._caller)
        probe = await work.find(Probe, probe_id)
        if probe is None or not probe.open:
            return None
        if await is_put_off(work, probe):
            return self._now() + WHILE_A_HELPER_IS_RESET
        return probe.until or self._now()

    async def _make(self, probe_id: UUID) -> None:
        try:
            errand = await self._execute(BeginProbe(probe_id=probe_id, lease=LEASE))
            async with asyncio.timeout((errand.until - self._now()).total_seconds()):
                found = await self._found(errand)
                await insist(self._execute, _told(errand, found))
        except TimeoutError:
            log.warning("a look was cut off at its lease's end", stream=probe_id)
        except OVERTAKEN as other:
            log.info("a look is in other hands", stream=probe_id, problem=type(other).__name__)

    async def _found(self, errand: Errand) -> Examined:
        if errand.last:
            return _untried("GivenUp", "Workers ended three times while they looked.")
        if errand.kind is Kind.HOST_KEY:
            return await self._shown(errand)
        if errand.password is None:
            return _untried("ResetOpen", "A reset of this account was opened meanwhile, so its password was not tried.")
        loan = await self._lender.loan(errand.means, errand.probe_id)
        password = await self._lender.open(errand.password)
        host = self._examine(Host(errand.address, errand.port, errand.host_key))
        return await host.sign_in(errand.username, password, self._connect(errand, loan), not errand.means.hops)

    async def _shown(self, errand: Errand) -> Examined:
        """Its host key, over the hosts between. What those who sign in there have is opened only if all may be used."""
        if (why := why_not(errand.means)) is not None:
            found = Examined()
            found.failed(Stage.WAY, why)
            return found
        loan = await self._lender.loan(errand.means, errand.probe_id)
        return await self._examine(host_of(errand, loan)).show_key()

    async def _execute(self, command: Command[T], /) -> T:
        return (await self._vault.execute(command, self._caller)).value


def _untried(error: str, words: str) -> Examined:
    return Examined(Outcome.UNKNOWN, [Finding(Stage.LOGIN, Verdict.FAILED, words, error)])


def _told(errand: Errand, found: Examined) -> EndProbe:
    return EndProbe(
        probe_id=errand.probe_id,
        number=errand.number,
        outcome=found.outcome,
        findings=tuple(found.findings),
        host_key=found.host_key,
    )
