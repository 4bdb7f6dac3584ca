"""Password policies: how new passwords are made."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.base import About, Aggregate, Event, FirstEvent, Ocsf, Severity
from domain.errors import Invalid

_DEFAULT = UUID("c9a4e7d2-1b36-4d0a-9a4f-2f8e6b7d5c01")
SHORTEST = 12
LONGEST = 128


@dataclass(frozen=True, slots=True)
class Policy:
    """Length, at least how many of each kind, and which specials: those that shells and consoles take as typed."""

    length: int = 24
    min_upper: int = 1
    min_lower: int = 1
    min_digits: int = 1
    min_specials: int = 1
    specials: str = "#%+,-.:=@_~"

    def check(self) -> None:
        """Refuse rules that make weak passwords or none."""
        if not SHORTEST <= self.length <= LONGEST:
            raise Invalid(f"A generated password has {SHORTEST} to {LONGEST} characters.", "length")
        needed = (self.min_upper, self.min_lower, self.min_digits, self.min_specials)
        if min(needed) < 0 or sum(needed) > self.length:
            raise Invalid("The numbers of characters do not fit the length.", "length")
        if not all("!" <= char <= "~" and not char.isalnum() for char in self.specials):
            raise Invalid("Special characters are visible ASCII, neither letters nor digits.", "specials")
        if self.min_specials and not self.specials:
            raise Invalid("Name the special characters that may be used.", "specials")


DEFAULT = Policy()


class PasswordPolicy(Aggregate):
    """There is one so far, for everything; absent means the default."""

    TOPIC = "password-policy"

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    @staticmethod
    def create_id(*_: object, **__: object) -> UUID:
        return _DEFAULT

    def change(self, policy: Policy) -> None:
        policy.check()
        if policy != self.policy:
            self.trigger_event(self.Changed, policy=policy)

    class Defined(FirstEvent):
        """New passwords are made by these rules."""

        TOPIC = "password-policy.defined"
        ABOUT = About("A password policy was defined", Ocsf.ENTITY_MANAGEMENT, Severity.MEDIUM, critical=True)
        policy: Policy

    class Changed(Event):
        """New passwords are made by other rules from now on."""

        TOPIC = "password-policy.changed"
        ABOUT = About("A password policy was changed", Ocsf.ENTITY_MANAGEMENT, Severity.MEDIUM, critical=True)
        policy: Policy

        def apply(self, aggregate: PasswordPolicy) -> None:
            aggregate.policy = self.policy


def policy_of(stream: PasswordPolicy | None) -> Policy:
    """The policy that holds now."""
    return DEFAULT if stream is None else stream.policy
