"""Consumers: who may read every event from the stream AUDIT on NATS. Only their public keys are known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.base import About, Aggregate, Author, Event, FirstEvent, Ocsf, Severity
from domain.errors import Conflict, Invalid, NotFound

_ID = UUID("5d0f3b62-9a77-4b1e-8c55-2f6b1c0e7a94")
MOST = 50
EVERYTHING = "audit.>"
NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
PUBLIC_KEY = re.compile(r"U[A-Z2-7]{55}")
SUBJECT = re.compile(r"audit((\.([a-z0-9-]+|\*)){0,2}\.>|(\.([a-z0-9-]+|\*)){3})")
"""audit.CLASS.KIND.EVENT, the end of it left open or not."""
BY_OPERATOR = (Author.SYSTEM,)


@dataclass(frozen=True, slots=True)
class Consumer:
    """One reader, known by `public_key`. It is given what goes under `subject`, from right behind position `after` on.
    `operator` is who admitted it at the command line, `since` when."""

    name: str
    public_key: str
    subject: str
    after: int
    operator: str
    since: datetime


class Consumers(Aggregate):
    """All of them. Each is as it was admitted: whoever wants another key or other events is admitted anew."""

    TOPIC = "siem-consumers"

    def __init__(self) -> None:
        self.all: tuple[Consumer, ...] = ()

    @staticmethod
    def create_id(*_: object, **__: object) -> UUID:
        return _ID

    def admit(self, consumer: Consumer) -> None:
        """Let it read from now on."""
        checked(consumer)
        if len(self.all) >= MOST:
            raise Conflict(f"There are {MOST} consumers already: remove one first.")
        if any(each.name == consumer.name for each in self.all):
            raise Conflict("There is a consumer of that name already.")
        self.trigger_event(self.Admitted, consumer=consumer)

    def remove(self, name: str, operator: str) -> None:
        """Let it read no more."""
        if all(each.name != name for each in self.all):
            raise NotFound("There is no consumer of that name.")
        self.trigger_event(self.Removed, name=name, operator=operator)

    class Begun(FirstEvent):
        """The first consumer is about to be admitted."""

        TOPIC = "siem-consumers.begun"
        ABOUT = About("Reading events from NATS began", Ocsf.API_ACTIVITY, authors=BY_OPERATOR)

    class Admitted(Event):
        """Whoever holds its seed reads every event from its position on."""

        TOPIC = "siem-consumers.admitted"
        ABOUT = About("A SIEM consumer was admitted", Ocsf.API_ACTIVITY, Severity.HIGH, BY_OPERATOR, critical=True)
        consumer: Consumer

        def apply(self, aggregate: Consumers) -> None:
            aggregate.all = (*aggregate.all, self.consumer)

    class Removed(Event):
        """It may read nothing any more."""

        TOPIC = "siem-consumers.removed"
        ABOUT = About("A SIEM consumer was removed", Ocsf.API_ACTIVITY, Severity.HIGH, BY_OPERATOR, critical=True)
        name: str
        operator: str

        def apply(self, aggregate: Consumers) -> None:
            aggregate.all = tuple(each for each in aggregate.all if each.name != self.name)


def checked(consumer: Consumer) -> None:
    """Invalid where something cannot be meant so."""
    if not NAME.fullmatch(consumer.name):
        raise Invalid("A consumer's name is a letter, then up to 31 of a to z, 0 to 9 and hyphens.", "name")
    if not PUBLIC_KEY.fullmatch(consumer.public_key):
        raise Invalid("This is no public key of a user of NATS.", "public_key")
    if not SUBJECT.fullmatch(consumer.subject):
        raise Invalid(f"Give a subject below {EVERYTHING}, as in audit.3002.> or audit.*.account.>.", "subject")
