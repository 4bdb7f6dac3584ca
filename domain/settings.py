"""Settings that decisions read: a stream like every other, so that a change of them guards what rests on them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.base import About, Aggregate, Event, FirstEvent, Ocsf, Severity
from domain.errors import Invalid

_ID = UUID("5f0f7c58-6f0e-4a39-8d57-0c4a8a9f3b77")
LONGEST_SESSION = 24


@dataclass(frozen=True, slots=True)
class Rules:
    """What the vault asks of everybody. `session_hours` is how long a session lasts at most."""

    reason_required: bool = True
    session_hours: int = 8

    def check(self) -> None:
        if not 1 <= self.session_hours <= LONGEST_SESSION:
            raise Invalid(f"A session lasts 1 to {LONGEST_SESSION} hours.", "session_hours")


DEFAULTS = Rules()


class Settings(Aggregate):
    """Absent means the defaults."""

    TOPIC = "settings"

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    @staticmethod
    def create_id(*_: object, **__: object) -> UUID:
        return _ID

    def change(self, rules: Rules) -> None:
        rules.check()
        if rules != self.rules:
            self.trigger_event(self.Changed, rules=rules)

    class Begun(FirstEvent):
        """The settings were changed for the first time."""

        TOPIC = "settings.begun"
        ABOUT = About("The settings were first changed", Ocsf.API_ACTIVITY, Severity.HIGH, critical=True)
        rules: Rules

    class Changed(Event):
        """All settings, as they are from now on."""

        TOPIC = "settings.changed"
        ABOUT = About("The settings were changed", Ocsf.API_ACTIVITY, Severity.HIGH, critical=True)
        rules: Rules

        def apply(self, aggregate: Settings) -> None:
            aggregate.rules = self.rules


def rules_of(settings: Settings | None) -> Rules:
    """What holds now."""
    return DEFAULTS if settings is None else settings.rules
