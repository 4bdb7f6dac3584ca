"""Uses: a worker works with one account's password to change another's; each a stream of its own, like disclosures."""

from __future__ import annotations

from uuid import UUID

from domain.base import About, Aggregate, Author, FirstEvent, Ocsf, Severity
from domain.ways import Part


class Use(Aggregate):
    """One use; recorded before the password is opened (D7)."""

    TOPIC = "helper-password"

    def __init__(self, account_id: UUID, password_number: int, part: Part, work_id: UUID, attempt: int) -> None:
        self.account_id = account_id
        self.password_number = password_number
        self.part = part
        self.work_id = work_id
        self.attempt = attempt

    class Used(FirstEvent):
        """A worker uses an account's password, or its key, for the reset or the verification of another account."""

        TOPIC = "helper-password.used"
        ABOUT = About(
            "A helper's password was used for another account",
            Ocsf.API_ACTIVITY,
            Severity.LOW,
            (Author.WORKER,),
        )
        account_id: UUID
        password_number: int
        part: Part
        work_id: UUID
        attempt: int
