"""Sessions."""

from __future__ import annotations

from datetime import timedelta

from domain import ids
from domain.sessions import EndedBecause, Session
from tests.domain.people import ALICE
from tests.support.scenario import NOON, SECOND, Scenario

END = NOON + timedelta(hours=8)


def begun() -> Scenario[Session]:
    return Scenario(
        lambda: Session(id=ids.new(), user_id=ALICE, token_hash=b"h" * 32, address="192.0.2.7", agent=None, ends_at=END)
    )


def test_a_session_ends_by_itself() -> None:
    session = begun().aggregate
    assert not session.over(END - SECOND)
    assert session.over(END)


def test_a_session_is_ended_once() -> None:
    session = begun().when(lambda s: s.end(EndedBecause.SIGNED_OUT)).then(Session.Ended, because="signed-out")
    session.then_it(lambda s: s.over(NOON)).when(lambda s: s.end(EndedBecause.ENDED)).then_nothing()


def test_a_session_knows_when_it_began_and_was_confirmed() -> None:
    session = begun().then_it(lambda s: s.started_at, NOON + SECOND)
    session.when(lambda s: s.confirm()).then(Session.Confirmed).then_it(lambda s: s.confirmed_on, NOON + 2 * SECOND)


def test_its_events_are_forgotten_with_the_person() -> None:
    begun().then_it(lambda s: s.key_scope, ALICE)
