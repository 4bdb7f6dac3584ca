"""Settings, the password policy, roles, and the log's own stream."""

from __future__ import annotations

from typing import Any

import pytest

from domain import ids
from domain.access import BUILT_IN_ROLES, PASSWORD_USER, Operation
from domain.errors import Invalid, WrongRoots
from domain.logs import Log
from domain.password_policies import DEFAULT, PasswordPolicy, Policy, policy_of
from domain.roles import Role
from domain.runs import Run
from domain.settings import DEFAULTS, Rules, Settings, rules_of
from tests.support.scenario import Scenario


def test_absent_settings_are_the_defaults() -> None:
    assert rules_of(None) == DEFAULTS
    assert policy_of(None) == DEFAULT


def test_settings_are_changed_all_at_once() -> None:
    settings = Scenario(lambda: Settings(Rules(reason_required=False)))
    settings.when(lambda s: s.change(Rules(session_hours=4))).then(Settings.Changed, rules=Rules(True, 4))
    settings.when(lambda s: s.change(Rules(session_hours=4))).then_nothing().then_it(rules_of, Rules(True, 4))


@pytest.mark.parametrize("hours", [0, 25])
def test_a_session_lasts_a_day_at_most(hours: int) -> None:
    Scenario(lambda: Settings(DEFAULTS)).when(lambda s: s.change(Rules(session_hours=hours))).then_refused(Invalid)


def test_a_policy_is_changed() -> None:
    stream = Scenario(lambda: PasswordPolicy(DEFAULT))
    stream.when(lambda s: s.change(Policy(length=32))).then(PasswordPolicy.Changed, policy=Policy(length=32))
    stream.when(lambda s: s.change(Policy(length=32))).then_nothing().then_it(policy_of, Policy(length=32))


@pytest.mark.parametrize(
    "fields",
    [
        {"length": 8},
        {"length": 129},
        {"length": 12, "min_upper": 12},
        {"min_upper": -1},
        {"specials": ""},
        {"specials": "a"},
        {"specials": " "},
        {"specials": "€"},
    ],
)
def test_a_policy_that_makes_weak_passwords_or_none_is_refused(fields: dict[str, Any]) -> None:
    Scenario(lambda: PasswordPolicy(DEFAULT)).when(lambda s: s.change(Policy(**fields))).then_refused(Invalid)


def test_the_defaults_are_fit() -> None:
    DEFAULT.check()
    DEFAULTS.check()


def test_a_role_is_redefined_for_all_who_hold_it() -> None:
    less = frozenset({Operation.OWN_SESSIONS})
    role = Scenario(lambda: Role(PASSWORD_USER, BUILT_IN_ROLES[PASSWORD_USER]))
    role.when(lambda r: r.redefine(less)).then(Role.Redefined, operations=less).then_it(lambda r: r.operations, less)
    role.when(lambda r: r.redefine(less)).then_nothing().then_it(lambda r: r.id, Role.create_id(PASSWORD_USER))


def log() -> Scenario[Log]:
    return Scenario(lambda: Log(ids.new(), 1, "1.0", b"e", b"s"))


@pytest.mark.parametrize("roots", [(b"e", b"x"), (b"x", b"s"), (b"s", b"e")])
def test_a_log_is_not_continued_under_other_roots(roots: tuple[bytes, bytes]) -> None:
    log().when(lambda g: g.check_roots(*roots)).then_refused(WrongRoots)
    log().when(lambda g: g.check_roots(b"e", b"s")).then_nothing()


def test_a_format_is_only_ever_raised() -> None:
    log().when(lambda g: g.raise_format(2)).then(Log.FormatRaised, minimum_reader=2).then_it(lambda g: g.log_format, 2)
    log().when(lambda g: g.raise_format(1)).then_nothing()


def test_a_run_stops_once() -> None:
    run = Scenario(lambda: Run("api", "1.0")).when(lambda r: r.stop("asked")).then(Run.Stopped, because="asked")
    run.when(lambda r: r.stop("again")).then_nothing()
