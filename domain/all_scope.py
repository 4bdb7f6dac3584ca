"""Uses of the scope over everything: seeing what nobody shared is never silent."""

from __future__ import annotations

from uuid import UUID

from domain.access import Operation
from domain.base import About, Aggregate, FirstEvent, Ocsf, Severity


class AllScopeUse(Aggregate):
    """One use, beside whatever it was used for."""

    TOPIC = "all-scope"

    def __init__(self, operation: Operation, object_id: UUID) -> None:
        self.operation = operation
        self.object_id = object_id

    class Used(FirstEvent):
        """Somebody reached an object by his scope alone."""

        TOPIC = "all-scope.used"
        ABOUT = About("The scope over everything was used", Ocsf.USER_ACCESS, Severity.HIGH)
        operation: Operation
        object_id: UUID
