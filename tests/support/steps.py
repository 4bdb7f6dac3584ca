"""The steps of append, publish, project and reset at which a process may die: where each lies in the product's code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from domain.resets import Step as ResetStep


class When(Enum):
    """At which moment of the function that a step names."""

    BEFORE = "before it is called"
    WITHIN = "when it has asked and has no answer"
    PART = "when half of what it was given is done"
    AFTER = "when it has its answer and nobody knows yet"


def _always(*_: object) -> bool:
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


def _several(_: Any, messages: Any) -> bool:
    return len(messages) > 1


def _committed(answer: Any) -> bool:
    """Not told to learn first what others have appended."""
    return answer.at is not None


WRITERS = ("api",)
STEPS = (
    Step("append: before it is sent", WRITERS, "ops.ledger.session:Session.append", When.BEFORE),
    Step("append: sent, not answered", WRITERS, "ops.ledger.session:Session.append", When.WITHIN),
    Step(
        "append: committed, nobody told", WRITERS, "ops.ledger.session:Session.append", When.AFTER, counts=_committed
    ),
    Step("publish: before it is sent", ("projector",), "ops.bus:Bus.publish", When.BEFORE),
    Step("publish: some taken, some not", ("projector",), "ops.bus:Bus.publish", When.PART, _several),
    Step("publish: taken, not remembered", ("projector",), "ops.bus:Bus.publish", When.AFTER),
    Step("project: before the transaction", ("projector",), "projections.applier:Applier.together", When.BEFORE),
    Step("project: inside the transaction", ("projector",), "projections.rows:Batch.write", When.AFTER),
    Step("project: committed, not announced", ("projector",), "projections.applier:Applier.together", When.AFTER),
    Step("reset: candidate written down", ("worker",), "workers.resets:Resets._begin", When.AFTER),
    Step(
        "reset: before the target changes", ("worker",), "workers.attempt:Attempt._note", When.AFTER,
        _noting(ResetStep.HANDING_OVER),
    ),
    Step(
        "reset: after the target changed", ("worker",), "workers.attempt:Attempt._note", When.BEFORE,
        _noting(ResetStep.TAKEN),
    ),
    Step("reset: before it is verified", ("worker",), "workers.connectors.ssh:SshConnector._prove", When.BEFORE),
    Step("reset: before it is confirmed", ("worker",), "workers.attempt:Attempt._confirm", When.BEFORE),
)  # fmt: skip
"""In the order in which they are passed."""
