"""Preferences: what somebody keeps at hand for himself: questions to the audit trail, things he uses often."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from domain import ids, text
from domain.access_lists import ObjectKind
from domain.base import About, Aggregate, Event, FirstEvent, Ocsf
from domain.errors import Invalid, NotFound

MOST_FILTERS = 50
MOST_STARS = 500
LONGEST = 1000
NOTHING: Mapping[UUID, tuple[str, str]] = MappingProxyType({})


class Preferences(Aggregate):
    """One person's. Nobody's rights rest on them."""

    TOPIC = "preferences"

    def __init__(self, user_id: UUID) -> None:
        self.user_id = user_id
        self.filters = NOTHING
        self.stars: frozenset[UUID] = frozenset()

    @staticmethod
    def create_id(user_id: UUID) -> UUID:
        return ids.derived("preferences", user_id)

    @property
    def key_scope(self) -> UUID:
        return self.user_id

    def save_filter(self, name: str, question: str) -> None:
        """Keep a question under a name; the same name keeps the newer one."""
        name = text.name_of(name, "name")
        filter_id = ids.derived(f"filter/{ids.folded(name)}", self.id)
        if not question or len(question) > LONGEST or not question.isprintable():
            raise Invalid(f"A filter has 1 to {LONGEST} visible characters.", "question")
        if filter_id not in self.filters and len(self.filters) >= MOST_FILTERS:
            raise Invalid(f"At most {MOST_FILTERS} filters can be kept: remove one.", "name")
        if self.filters.get(filter_id) != (name, question):
            self.trigger_event(self.FilterSaved, filter_id=filter_id, name=name, question=question)

    def remove_filter(self, filter_id: UUID) -> None:
        if filter_id not in self.filters:
            raise NotFound
        self.trigger_event(self.FilterRemoved, filter_id=filter_id)

    def star(self, kind: ObjectKind, object_id: UUID) -> None:
        """Keep a thing at hand."""
        if object_id in self.stars:
            return
        if len(self.stars) >= MOST_STARS:
            raise Invalid(f"At most {MOST_STARS} things can be kept at hand: take one away.", "object_id")
        self.trigger_event(self.Starred, kind=kind, object_id=object_id)

    def unstar(self, object_id: UUID) -> None:
        if object_id in self.stars:
            self.trigger_event(self.Unstarred, object_id=object_id)

    class Begun(FirstEvent):
        """Somebody keeps something for the first time."""

        TOPIC = "preferences.begun"
        ABOUT = About("Preferences were begun", Ocsf.API_ACTIVITY)
        user_id: UUID

    class FilterSaved(Event):
        """A question to the audit trail is kept under a name, instead of an older one of that name."""

        TOPIC = "preferences.filter-saved"
        ABOUT = About("An audit filter was saved", Ocsf.API_ACTIVITY, personal=("name", "question"))
        filter_id: UUID
        name: str
        question: str

        def apply(self, aggregate: Preferences) -> None:
            kept = {**aggregate.filters, self.filter_id: (self.name, self.question)}
            aggregate.filters = MappingProxyType(kept)

    class FilterRemoved(Event):
        """A kept question is kept no longer."""

        TOPIC = "preferences.filter-removed"
        ABOUT = About("An audit filter was removed", Ocsf.API_ACTIVITY)
        filter_id: UUID

        def apply(self, aggregate: Preferences) -> None:
            kept = {each: kept for each, kept in aggregate.filters.items() if each != self.filter_id}
            aggregate.filters = MappingProxyType(kept)

    class Starred(Event):
        """A resource or an account is kept at hand."""

        TOPIC = "preferences.starred"
        ABOUT = About("A favourite was added", Ocsf.API_ACTIVITY)
        kind: ObjectKind
        object_id: UUID

        def apply(self, aggregate: Preferences) -> None:
            aggregate.stars = aggregate.stars | {self.object_id}

    class Unstarred(Event):
        """It is at hand no longer."""

        TOPIC = "preferences.unstarred"
        ABOUT = About("A favourite was removed", Ocsf.API_ACTIVITY)
        object_id: UUID

        def apply(self, aggregate: Preferences) -> None:
            aggregate.stars = aggregate.stars - {self.object_id}
