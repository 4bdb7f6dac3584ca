"""The table of what is done to whom at which step, and what must hold while it lasts."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass
from uuid import UUID

import psycopg

from tests.support.child import Child
from tests.support.fleet import Fleet
from tests.support.people import Somebody
from tests.support.steps import STEPS

ALL_ROWS = os.environ.get("STRONGROOM_TORTURE") == "1"
FROZEN_FOR = 10.0
ANSWERS_WITHIN = 5.0
COMES_TO_STEP_WITHIN = 30.0
RESET_WITHIN = 60.0
HOW = {"kill": "kill -9", "freeze": "frozen for 10 s", "overtake": "frozen, another ends it"}
VICTIMS = {"append": "api-1", "key": "api-1", "publish": "projector", "project": "projector", "stream": "projector"}
VICTIMS |= {"build": "projector", "reset": "worker", "session": "worker"}


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    step: str
    how: str

    def __str__(self) -> str:
        return f"{self.step}, {HOW[self.how]}"

    @property
    def about(self) -> str:
        return self.step.partition(":")[0]

    @property
    def victim(self) -> str:
        return VICTIMS[self.about]

    @property
    def leaves_untold(self) -> bool | None:
        """Whether something is recorded that nobody was told of: what the step's name says. None: it may be so."""
        if self.about != "append" or self.how != "kill":
            return None
        return not self.step.startswith("append: before")


@dataclass(frozen=True)
class Outage:
    """A line of the table too: servers that are killed while all work, and started again."""

    servers: tuple[str, ...]

    def __str__(self) -> str:
        return f"{' and '.join(self.servers)} killed"

    @property
    def loses_the_log(self) -> bool:
        return "PostgreSQL" in self.servers


OUTAGES = (Outage(("PostgreSQL",)), Outage(("NATS",)), Outage(("PostgreSQL", "NATS")))
ROWS = tuple(row for step in STEPS for how in HOW if (row := Row(step.name, how)).about == "reset" or how != "overtake")
USUAL = frozenset({
    Row("append: sent, not answered", "kill"),
    Row("append: committed, nobody told", "freeze"),
    Row("publish: some taken, some not", "kill"),
    Row("project: inside the transaction", "kill"),
    Row("reset: after the target changed", "kill"),
    Row("reset: candidate sent once", "overtake"),
    Row("stream: made anew, empty", "kill"),
})  # fmt: skip
"""What an ordinary run looks at; `make torture` goes through all."""


def rows(*about: str) -> list[Row]:
    """Those to be looked at now."""
    return [row for row in ROWS if row.about in about and (ALL_ROWS or row in USUAL)]


async def fallen(fleet: Fleet, row: Row, somebody: Somebody, witness: Witness, reset: UUID | None = None) -> float:
    """The victim comes to its step and falls; the others answer meanwhile; then it is there again. How long they took.
    Where another worker overtakes it, that one ends `reset` first."""
    victim = fleet.children[row.victim]
    await victim.stumbled(COMES_TO_STEP_WITHIN)
    began = time.monotonic()
    async with asyncio.timeout(ANSWERS_WITHIN):
        await witness.others_answer(fleet, victim, somebody)
    answered = time.monotonic() - began
    if row.how == "kill":
        await victim.start()
        return answered
    if row.how == "freeze":
        await asyncio.sleep(max(0.0, FROZEN_FOR - answered))
    elif reset is not None:
        async with fleet.another_worker():
            await over(fleet, reset)
    victim.thaw()
    assert victim.alive
    return answered


@dataclass(frozen=True)
class Witness:
    """What is asked of those who still stand. `account` is one whose reset comes to nothing, soon."""

    account: UUID
    read_models: bool = True
    """Whether there are any to be read."""

    async def others_answer(self, fleet: Fleet, fallen: Child, somebody: Somebody) -> None:
        """A disclosure and a reading by each api, the reading as new as the disclosure; a reset looked at."""
        standing = [child for child in fleet.children.values() if child is not fallen]
        apis = [child for child in standing if child.kind == "api"]
        up_to_date = any(child.kind == "projector" for child in standing)
        asked = [self._answers(somebody, fleet.ports.index(api.settings.port), up_to_date) for api in apis]
        if any(child.kind == "worker" for child in standing):
            asked.append(self._worker_answers(fleet, somebody, fleet.ports.index(apis[0].settings.port)))
        await asyncio.gather(*asked)

    async def _answers(self, somebody: Somebody, at: int, up_to_date: bool) -> None:
        shown = await somebody.discloses(self.account, f"meanwhile {os.urandom(6).hex()}", at)
        assert shown.status_code == 201, shown.text
        needs = {"strongroom-require": str(shown.json()["position"])} if up_to_date else {}
        read = await somebody.ask("GET", f"/accounts/{self.account}", at, headers=needs)
        assert read.status_code == 200 or not self.read_models, read.text

    async def _worker_answers(self, fleet: Fleet, somebody: Somebody, at: int) -> None:
        reset = await somebody.makes(f"/accounts/{self.account}/resets", {"reason": "meanwhile"}, at)
        while not ended(fleet, reset):
            await asyncio.sleep(0.05)


async def killed(fleet: Fleet, outage: Outage) -> None:
    """All of its servers, dead at once."""
    await asyncio.gather(*(_KILL[name](fleet) for name in outage.servers))


async def restarted(fleet: Fleet, outage: Outage) -> None:
    for name in outage.servers:
        await _START[name](fleet)


_KILL = {"PostgreSQL": Fleet.stop_postgres, "NATS": Fleet.stop_nats}
_START = {"PostgreSQL": Fleet.start_postgres, "NATS": Fleet.start_nats}


async def over(fleet: Fleet, reset: UUID) -> None:
    """Until a worker has done with it."""
    async with asyncio.timeout(RESET_WITHIN):
        while not ended(fleet, reset):
            await asyncio.sleep(0.1)


def ended(fleet: Fleet, reset: UUID) -> bool:
    """Whether a worker has done with it, as the log itself says."""
    over = "select from ledger.events where stream = %s and topic in ('reset.confirmed', 'reset.failed')"
    with psycopg.connect(fleet.ledger.project, autocommit=True) as connection:
        return bool(connection.execute(over, [reset]).rowcount)


async def goes_on(somebody: Somebody) -> None:
    """Until people get answers again."""
    seen = somebody.memory.highest
    async with asyncio.timeout(COMES_TO_STEP_WITHIN):
        while somebody.memory.highest < seen + 5:
            await asyncio.sleep(0.05)
