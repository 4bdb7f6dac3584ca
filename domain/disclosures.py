"""Disclosures: showing an open password to a person; each a stream of its own, so that none waits for another."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from domain.base import About, Aggregate, FirstEvent, Ocsf, Severity


class Purpose(StrEnum):
    """Seen on a screen, or taken to a clipboard: the second leaves a copy that nobody controls."""

    VIEW = "view"
    COPY = "copy"


class Which(StrEnum):
    """Which password was shown: a reset in doubt has a candidate beside the present one."""

    CURRENT = "current"
    PAST = "past"
    CANDIDATE = "candidate"


class Disclosure(Aggregate):
    """One showing; recorded before the password is opened (D7)."""

    TOPIC = "account-password"

    def __init__(self, account_id: UUID, purpose: Purpose, password_number: int, which: Which) -> None:
        self.account_id = account_id
        self.purpose = purpose
        self.password_number = password_number
        self.which = which

    class Disclosed(FirstEvent):
        """A person was shown a password of an account. Why stands in the provenance."""

        TOPIC = "account-password.disclosed"
        ABOUT = About("A password was disclosed", Ocsf.API_ACTIVITY, Severity.MEDIUM)
        account_id: UUID
        purpose: Purpose
        password_number: int
        which: Which
