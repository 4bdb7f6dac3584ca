"""Who may ask at all: every question takes its viewer, and refuses him whose roles do not include what it needs."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

import projections
from domain import ids
from domain.access import Operation, Scope
from domain.errors import Refused
from domain.probes import Kind
from projections.lives import Window
from projections.pages import Page
from projections.viewer import Viewer

ID, NOW = ids.new(), datetime.now(UTC)
QUESTIONS: dict[str, tuple[Operation, tuple[Any, ...]]] = {
    "resources.list_resources": (Operation.RESOURCE_VIEW, (Page(),)),
    "resources.get_resource": (Operation.RESOURCE_VIEW, (ID,)),
    "accounts.list_accounts": (Operation.ACCOUNT_VIEW, (Page(),)),
    "accounts.get_account": (Operation.ACCOUNT_VIEW, (ID,)),
    "accounts.list_passwords": (Operation.ACCOUNT_VIEW, (ID,)),
    "resets.list_resets": (Operation.ACCOUNT_VIEW, (ID,)),
    "resets.get_reset": (Operation.ACCOUNT_VIEW, (ID,)),
    "alarms.list_alarms": (Operation.AUDIT_READ, ()),
    "ways.get_way": (Operation.RESOURCE_VIEW, (ID,)),
    "ways.get_helper": (Operation.ACCOUNT_VIEW, (ID,)),
    "access.resource_access": (Operation.ACCESS_VIEW, (ID,)),
    "access.account_access": (Operation.ACCESS_VIEW, (ID,)),
    "seers.who_could_see": (Operation.AUDIT_READ, (ID, 1, NOW)),
    "seers.what_could_he_see": (Operation.AUDIT_READ, (ID, [ID], 1, NOW)),
    "seen.list_seen": (Operation.AUDIT_READ, (ID, 1, NOW)),
    "sight.list_sight_of_resource": (Operation.ACCESS_VIEW, (ID, NOW)),
    "sight.list_sight_of_account": (Operation.ACCESS_VIEW, (ID, NOW)),
    "sight.get_consequence_on_resource": (Operation.ACCESS_VIEW, (ID, ID, None, NOW)),
    "sight.get_consequence_on_account": (Operation.ACCESS_VIEW, (ID, ID, None, NOW)),
    "batches.get_batch": (Operation.ACCOUNT_RESET, (ID,)),
    "batches.list_batches": (Operation.ACCOUNT_RESET, (Page(),)),
    "probes.latest": (Operation.ACCOUNT_VIEW, (Kind.PASSWORD, ID)),
    "dashboard.count_visible": (Operation.ACCOUNT_VIEW, ()),
    "dashboard.list_needs": (Operation.ACCOUNT_VIEW, ()),
    "dashboard.count_activity": (Operation.OWN_SESSIONS, (7,)),
    "users.list_people": (Operation.ACCESS_CHANGE, ("",)),
    "users.list_users": (Operation.USER_VIEW, (Page(),)),
    "users.get_user": (Operation.USER_VIEW, (ID,)),
    "sessions.list_sessions": (Operation.OWN_SESSIONS, ()),
    "sessions.list_sessions_of": (Operation.USER_SESSIONS_END, (ID,)),
    "runs.list_runs": (Operation.SYSTEM_VIEW, ()),
    "audit_trail.list_audit": (Operation.AUDIT_READ, (Page(), None)),
    "audit_trail.list_whole": (Operation.AUDIT_EXPORT, (Page(), None)),
    "audit_trail.count_audit": (Operation.AUDIT_EXPORT, (None,)),
    "audit_feed.pulled": (Operation.AUDIT_EXPORT, (None, 0, 1)),
    "holdings.list_holdings": (Operation.ACCOUNT_ADD, (frozenset(),)),
    "preferences.list_filters": (Operation.AUDIT_READ, ()),
    "preferences.list_stars": (Operation.OWN_PREFERENCES, ()),
    "preferences.list_last_used": (Operation.OWN_PREFERENCES, ()),
    "lives.list_timeline": (Operation.ACCOUNT_VIEW, (ID, Window(NOW))),
    "lives.list_marks": (Operation.ACCOUNT_VIEW, (ID, Window(NOW))),
    "lives.list_held": (Operation.ACCOUNT_VIEW, (ID, Window(NOW))),
    "audit_trail.get_audit": (Operation.AUDIT_READ, (1,)),
    "audit_trail.position_at": (Operation.AUDIT_READ, (NOW,)),
}
OF_NOBODY = {"resets.count_resets": "numbers of the whole installation, for its measures"}
"""Without a viewer, and why."""
ASKS = ("list_", "get_", "count_")


def questions() -> Iterator[tuple[str, Any]]:
    """Whatever asks a read model something, in all of `projections`, by its own module."""
    for each in iter_modules(projections.__path__):
        module = import_module(f"projections.{each.name}")
        for name, made in inspect.getmembers(module, inspect.iscoroutinefunction):
            asks = name.startswith(ASKS) or "viewer" in inspect.signature(made).parameters
            if made.__module__ == module.__name__ and asks and not name.startswith("_"):
                yield f"{each.name}.{name}", made


def test_every_question_takes_the_viewer_it_is_asked_for() -> None:
    found = dict(questions())
    assert found.keys() == QUESTIONS.keys() | OF_NOBODY.keys()
    without = {name for name, made in found.items() if "viewer" not in inspect.signature(made).parameters}
    assert without == OF_NOBODY.keys()


@pytest.mark.parametrize("name", QUESTIONS)
async def test_it_is_refused_to_whose_roles_do_not_include_it_though_he_sees_everything(name: str) -> None:
    needed, given = QUESTIONS[name]
    viewer = Viewer(ID, frozenset(Operation) - {needed}, Scope.ALL)
    with pytest.raises(Refused, match=str(needed)):
        await dict(questions())[name](None, viewer, *given)
