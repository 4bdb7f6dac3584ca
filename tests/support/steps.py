"""The steps of all that the processes do at which one may die: where each lies in the product's code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

from domain.resets import Step as ResetStep


class When(Enum):
    """At which moment of the function that a step names."""

    BEFORE = "before it is called"
    WITHIN = "when it has asked and has no answer"
    PART = "when half of what it was given is done"
    AFTER = "when it has its answer and nobody knows yet"


def _always(*_: object, **__: object) -> bool:
    return True


@dataclass(frozen=True)
class Step:
    """A moment in the life of the processes of the kinds `of`; `where` names the function, `applies` the
    call, `counts` the result that make it."""

    name: str
    of: tuple[str, ...]
    where: str
    when: When
    applies: Callable[..., bool] = _always
    counts: Callable[[Any], bool] = _always


def _noting(step: ResetStep) -> Callable[..., bool]:
    return lambda _, noted: bool(noted is step)


def _answering(question: str) -> Callable[..., bool]:
    return lambda _, asked: bool(asked.name == question)


def _long_over(_: Any, __: Any, last_used: datetime) -> bool:
    return datetime.now(UTC) - last_used > timedelta(minutes=30)


def _several(_: Any, messages: Any) -> bool:
    return len(messages) > 1


def _committed(answer: Any) -> bool:
    """Not told to learn first what others have appended."""
    return answer.at is not None


WRITERS = ("api",)
WORKER = ("worker",)
PROJECTOR = ("projector",)
STEPS = (
    Step("append: before it is sent", WRITERS, "ops.ledger.session:Session.append", When.BEFORE),
    Step("append: sent, not answered", WRITERS, "ops.ledger.session:Session.append", When.WITHIN),
    Step(
        "append: committed, nobody told", WRITERS, "ops.ledger.session:Session.append", When.AFTER, counts=_committed
    ),
    Step("key: kept, nothing sealed with it", WRITERS, "ops.crypto.key_store:PostgresKeyStore.add", When.AFTER),
    Step("publish: before it is sent", PROJECTOR, "ops.bus:Bus.publish", When.BEFORE),
    Step("publish: some taken, some not", PROJECTOR, "ops.bus:Bus.publish", When.PART, _several),
    Step("publish: taken, not remembered", PROJECTOR, "ops.bus:Bus.publish", When.AFTER),
    Step("project: before the transaction", PROJECTOR, "projections.applier:Applier.together", When.BEFORE),
    Step("project: inside the transaction", PROJECTOR, "projections.rows:Batch.write", When.AFTER),
    Step("project: committed, not announced", PROJECTOR, "projections.applier:Applier.together", When.AFTER),
    Step("reset: its first note sent, not answered", WORKER, "ops.ledger.session:Session.append", When.WITHIN),
    Step("reset: candidate written down", WORKER, "workers.resets:Resets._begin", When.AFTER),
    Step(
        "reset: before the target changes", WORKER, "workers.attempt:Attempt._note", When.AFTER,
        _noting(ResetStep.HANDING_OVER),
    ),
    Step(
        "reset: candidate sent once", WORKER, "workers.connectors.passwd:Passwd._answer", When.BEFORE,
        _answering("AGAIN"),
    ),
    Step(
        "reset: candidate sent twice, not answered", WORKER, "workers.connectors.passwd:Passwd._answer", When.AFTER,
        _answering("AGAIN"),
    ),
    Step(
        "reset: after the target changed", WORKER, "workers.attempt:Attempt._note", When.BEFORE,
        _noting(ResetStep.TAKEN),
    ),
    Step("reset: before it is verified", WORKER, "workers.connectors.ssh:SshConnector._prove", When.BEFORE),
    Step("reset: before it is confirmed", WORKER, "workers.attempt:Attempt._confirm", When.BEFORE),
    Step("reset: confirmed, nobody told", WORKER, "workers.attempt:Attempt._confirm", When.AFTER),
    Step("stream: lost, not made anew", PROJECTOR, "ops.bus:Bus.create", When.BEFORE),
    Step("stream: made anew, empty", PROJECTOR, "ops.bus:Bus.create", When.AFTER),
    Step("build: tables made, empty", PROJECTOR, "projections.generations:begin", When.AFTER),
    Step("build: filled, not proved", PROJECTOR, "projections.rebuild:Rebuild._prove", When.BEFORE),
    Step("build: inside the switch", PROJECTOR, "projections.generations:serve", When.AFTER),
    Step("build: switched, nobody told", PROJECTOR, "projections.rebuild:Rebuild._switch", When.AFTER),
    Step("session: over, not recorded", WORKER, "workers.schedules:Schedules._end", When.BEFORE, _long_over),
    Step("session: recorded, nobody told", WORKER, "workers.schedules:Schedules._end", When.AFTER, _long_over),
)  # fmt: skip
"""In the order in which they are passed."""
