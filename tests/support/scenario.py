"""given / when / then for aggregates: what happened, what somebody does, and what must follow."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, Self, TypeVar, cast

from domain.base import Aggregate, Event
from domain.errors import StrongroomError

A = TypeVar("A", bound=Aggregate)
Step = Callable[[A], object]
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Scenario(Generic[A]):
    """One aggregate. What is given is recorded, a second apart, and read again before anything else happens to it."""

    def __init__(self, make: Callable[[], A]) -> None:
        self._clock = NOON
        self._history: list[Event] = []
        self._new: list[Event] = []
        self._refusal: StrongroomError | None = None
        self._aggregate = make()
        self._record()

    @property
    def now(self) -> datetime:
        return self._clock

    @property
    def aggregate(self) -> A:
        """As it stands now."""
        return self._aggregate

    def later(self, by: timedelta) -> Self:
        """Time passes."""
        self._clock += by
        return self

    def given(self, *steps: Step[A]) -> Self:
        """These have happened."""
        for step in steps:
            step(self._aggregate)
            self._record()
        return self

    def when(self, step: Step[A]) -> Self:
        """Somebody does this now."""
        self._refusal = None
        try:
            step(self._aggregate)
        except StrongroomError as refusal:
            self._refusal = refusal
        self._new = cast("list[Event]", list(self._aggregate.pending_events))
        self._record()
        return self

    def then(self, *kinds: type[Event], **fields: object) -> Self:
        """Exactly events of these kinds followed; the last of them says `fields`."""
        if self._refusal is not None:
            raise self._refusal
        assert [type(event) for event in self._new] == list(kinds)
        for name, expected in fields.items():
            assert getattr(self._new[-1], name) == expected
        return self

    def then_nothing(self) -> Self:
        """It was as wanted already."""
        return self.then()

    def then_refused(self, kind: type[StrongroomError]) -> Self:
        """Just this refusal, and nothing has happened."""
        assert type(self._refusal) is kind, self._refusal
        assert self._new == []
        return self

    def then_it(self, claim: Callable[[A], object], expected: object = True) -> Self:
        """What holds of it now, read from its events alone."""
        assert claim(self._aggregate) == expected
        return self

    def _record(self) -> None:
        """Give the new events their time, as the log would, and fold the stream again."""
        for event in cast("list[Event]", list(self._aggregate.pending_events)):
            self._clock += SECOND
            self._history.append(dataclasses.replace(cast("Any", event), timestamp=self._clock))
        folded: Aggregate | None = None
        for event in self._history:
            folded = event.mutate(folded)
        self._aggregate = cast("A", folded)
