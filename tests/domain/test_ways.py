"""The way in which a resource's passwords are changed, and what is known of those who help."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.errors import Conflict, Invalid
from domain.helpers import Helper
from domain.resources import Resource, ResourceType
from domain.ways import BY_THEMSELVES, Elevation, Way
from tests.domain.people import THING
from tests.support.scenario import Scenario

LOGIN, ROOT, RESET = UUID(int=101), UUID(int=102), UUID(int=103)
BY_SU = Way(LOGIN, Elevation.SU, ROOT)


def resource() -> Scenario[Resource]:
    return Scenario(lambda: Resource.describe(THING, "web", ResourceType.LINUX, "web.example.org", None, ""))


def helper() -> Scenario[Helper]:
    return Scenario(lambda: Helper(LOGIN))


@pytest.mark.parametrize(
    "way", [Way(LOGIN), Way(LOGIN, Elevation.SUDO), BY_SU], ids=["as root itself", "by sudo", "by su"]
)
def test_a_way_is_set_and_given_up(way: Way) -> None:
    web = resource().when(lambda r: r.set_way(way))
    web.then(Resource.ResetWaySet, login_id=way.login_id, elevation=way.elevation, root_id=way.root_id)
    web.then_it(lambda r: r.way, way)
    web.when(lambda r: r.set_way(way)).then_nothing()
    web.when(lambda r: r.set_way(BY_THEMSELVES)).then(Resource.ResetWaySet, login_id=None)


@pytest.mark.parametrize(
    "way",
    [
        Way(None, Elevation.SUDO),
        Way(None, Elevation.NONE, ROOT),
        Way(LOGIN, Elevation.SU),
        Way(LOGIN, Elevation.SUDO, ROOT),
        Way(LOGIN, Elevation.NONE, ROOT),
        Way(LOGIN, Elevation.SU, LOGIN),
    ],
    ids=["nobody signs in", "root alone", "su without root", "sudo with root", "root for nothing", "su to itself"],
)
def test_a_way_that_says_too_little_or_too_much_is_refused(way: Way) -> None:
    resource().when(lambda r: r.set_way(way)).then_refused(Invalid)


def test_an_account_that_the_others_need_cannot_leave() -> None:
    web = resource().given(lambda r: r.set_way(BY_SU))
    for account in (LOGIN, ROOT):
        web.when(lambda r, account=account: r.check_not_helping(account)).then_refused(Conflict)  # type: ignore[misc]
    web.when(lambda r: r.check_not_helping(RESET)).then_nothing()
    web.given(lambda r: r.set_way(BY_THEMSELVES)).when(lambda r: r.check_not_helping(LOGIN)).then_nothing()


def test_a_refused_password_is_held_back_and_the_next_one_is_not() -> None:
    known = helper().when(lambda h: h.note_refusal(3, RESET))
    known.then(Helper.PasswordRefused, number=3, work_id=RESET)
    known.then_it(lambda h: (h.holds_back(3), h.holds_back(4)), (True, False))
    known.when(lambda h: h.note_refusal(3, RESET)).then_nothing()


def test_a_person_has_a_refused_password_tried_again() -> None:
    known = helper().given(lambda h: h.note_refusal(3, RESET)).when(lambda h: h.try_again())
    known.then(Helper.RefusalLifted, number=3).then_it(lambda h: h.holds_back(3), False)
    helper().when(lambda h: h.try_again()).then_refused(Conflict)
