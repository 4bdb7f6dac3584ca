"""Shares and ownership, on one list and across two."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.access import NO_ACCESS, Access, Grant, Level, Subject, SubjectKind, access_of
from domain.access_lists import AccessList, ObjectKind
from domain.errors import Invalid, NotFound, NotOnYourself, StrongroomError
from tests.domain.people import ACCOUNT, ALICE, BOB, CAROL, OTHER, THING, user
from tests.support.scenario import NOON, Scenario

HOUR = timedelta(hours=1)


def on_resource(owner: UUID = ALICE) -> Scenario[AccessList]:
    return Scenario(lambda: AccessList(THING, ObjectKind.RESOURCE, owner))


def on_account() -> Scenario[AccessList]:
    return Scenario(lambda: AccessList(ACCOUNT, ObjectKind.ACCOUNT, None))


def test_a_share_is_given_changed_and_ended() -> None:
    shares = on_resource()
    shares.when(lambda s: s.grant(user(BOB), Level.VIEW, None, by=ALICE)).then(AccessList.Granted, level=Level.VIEW)
    shares.when(lambda s: s.grant(user(BOB), Level.VIEW, None, by=ALICE)).then_nothing()
    shares.when(lambda s: s.grant(user(BOB), Level.MANAGE, NOON, by=ALICE)).then(AccessList.Changed, until=NOON)
    shares.then_it(lambda s: s.grants, (Grant(user(BOB), Level.MANAGE, NOON),))
    shares.when(lambda s: s.revoke(user(BOB), by=ALICE)).then(AccessList.Revoked).then_it(lambda s: s.grants, ())
    shares.when(lambda s: s.revoke(user(BOB), by=ALICE)).then_refused(NotFound)


def test_an_account_is_never_shared_for_managing() -> None:
    on_account().when(lambda s: s.grant(user(BOB), Level.MANAGE, None, by=ALICE)).then_refused(Invalid)
    on_account().when(lambda s: s.grant(user(BOB), Level.MODIFY, None, by=ALICE)).then(AccessList.Granted)


def test_nobody_shares_with_himself_or_takes_his_own_share() -> None:
    shares = on_resource().given(lambda s: s.grant(user(BOB), Level.MANAGE, NOON, by=ALICE))
    shares.when(lambda s: s.grant(user(BOB), Level.MANAGE, None, by=BOB)).then_refused(NotOnYourself)
    shares.when(lambda s: s.revoke(user(BOB), by=BOB)).then_refused(NotOnYourself)


def test_an_owner_needs_no_share() -> None:
    on_resource().when(lambda s: s.grant(user(ALICE), Level.VIEW, None, by=BOB)).then_refused(Invalid)


def test_a_list_goes_with_its_account_and_the_owner_there_needs_no_share() -> None:
    shares = on_account().given(
        *(lambda s, who=who: s.grant(user(who), Level.VIEW, None, by=ALICE) for who in (BOB, CAROL))
    )
    shares.when(lambda s: s.move(THING, OTHER, BOB)).then(AccessList.Moved, AccessList.Revoked)
    shares.then_it(lambda s: (s.resource_id, s.grants), (OTHER, (Grant(user(CAROL), Level.VIEW),)))


def test_neither_old_nor_new_owner_keeps_a_share() -> None:
    shares = on_resource().given(lambda s: s.grant(user(BOB), Level.VIEW, None, by=ALICE))
    shares.when(lambda s: s.transfer(BOB)).then(AccessList.OwnerTransferred, AccessList.Revoked)
    shares.then_it(lambda s: (s.owner, s.grants), (BOB, ()))
    shares.when(lambda s: s.transfer(BOB)).then_nothing()


def test_a_resource_knows_its_accounts_with_lists_of_their_own() -> None:
    shares = on_resource().when(lambda s: s.note_narrower(ACCOUNT)).then(AccessList.NarrowerOpened, object_id=ACCOUNT)
    shares.when(lambda s: s.note_narrower(ACCOUNT)).then_nothing()


def test_a_list_is_found_by_its_object() -> None:
    on_account().then_it(lambda s: s.id, AccessList.create_id(ACCOUNT)).then_it(
        lambda s: s.key_scope, AccessList.create_id(ACCOUNT)
    )


def test_the_narrower_list_decides_even_when_it_gives_less() -> None:
    account, resource = [Grant(user(BOB), Level.VIEW)], [Grant(user(BOB), Level.MODIFY)]
    assert access_of(frozenset({user(BOB)}), [account, resource], NOON) == Access(Level.VIEW)
    assert access_of(frozenset({user(BOB)}), [[], resource], NOON) == Access(Level.MODIFY)


def test_a_share_to_oneself_decides_before_one_to_a_group() -> None:
    group = Subject(SubjectKind.GROUP, CAROL)
    grants = [Grant(group, Level.MANAGE), Grant(user(BOB), Level.VIEW)]
    assert access_of(frozenset({user(BOB), group}), [grants], NOON) == Access(Level.VIEW)


def test_a_share_ends_by_itself_and_uncovers_the_wider_one() -> None:
    account, resource = [Grant(user(BOB), Level.VIEW, NOON + HOUR)], [Grant(user(BOB), Level.MODIFY)]
    me = frozenset({user(BOB)})
    assert access_of(me, [account, resource], NOON) == Access(Level.VIEW, until=NOON + HOUR)
    assert access_of(me, [account, resource], NOON + HOUR) == Access(Level.MODIFY)


SUBJECTS = [user(BOB), user(CAROL), Subject(SubjectKind.GROUP, ALICE), Subject(SubjectKind.GROUP, THING)]
moments = st.none() | st.integers(-3, 3).map(lambda hours: NOON + hours * HOUR)
lists = st.lists(
    st.lists(
        st.builds(Grant, st.sampled_from(SUBJECTS), st.sampled_from(Level), moments),
        max_size=4,
        unique_by=lambda grant: grant.subject,
    ),
    max_size=3,
)


def naively(me: frozenset[Subject], narrow_to_wide: list[list[Grant]], now: datetime) -> Level | None:
    """The rule, spelled out: list by list, users before groups, then the highest level."""
    for grants in narrow_to_wide:
        for kinds in ([SubjectKind.USER], [SubjectKind.GROUP]):
            held = [g.level for g in grants if g.subject in me and g.subject.kind in kinds]
            live = [g.level for g in grants if g.subject in me and g.subject.kind in kinds and g.holds(now)]
            if held and live:
                return max(live)
    return None


@given(lists, st.sets(st.sampled_from(SUBJECTS)).map(frozenset))
def test_access_is_what_the_rule_spells_out(narrow_to_wide: list[list[Grant]], me: frozenset[Subject]) -> None:
    assert access_of(me, narrow_to_wide, NOON).level == naively(me, narrow_to_wide, NOON)


@given(lists, st.sets(st.sampled_from(SUBJECTS)).map(frozenset), st.integers(0, 7))
def test_nothing_changes_by_itself_before_it_says_so(
    narrow_to_wide: list[list[Grant]], me: frozenset[Subject], half_hours: int
) -> None:
    found, later = access_of(me, narrow_to_wide, NOON), NOON + half_hours * HOUR / 2
    if found.until is None or later < found.until:
        assert access_of(me, narrow_to_wide, later) == found


class Sharing(RuleBasedStateMachine):
    """A resource and its account in the hands of three people, against a table that is kept by hand."""

    people = st.sampled_from([ALICE, BOB, CAROL])
    levels = st.sampled_from(Level)
    objects = st.sampled_from([THING, ACCOUNT])

    def __init__(self) -> None:
        super().__init__()
        self.resource, self.account = on_resource(), on_account()
        self.owner = ALICE
        self.table: dict[tuple[UUID, UUID], Level] = {}

    def shares(self, thing: UUID) -> Scenario[AccessList]:
        return self.resource if thing == THING else self.account

    @rule(thing=objects, to=people, by=people, level=levels)
    def grant(self, thing: UUID, to: UUID, by: UUID, level: Level) -> None:
        if self.attempt(thing, lambda s: s.grant(user(to), level, None, by=by)):
            self.table[thing, to] = level

    @rule(thing=objects, of=people, by=people)
    def revoke(self, thing: UUID, of: UUID, by: UUID) -> None:
        if self.attempt(thing, lambda s: s.revoke(user(of), by=by)):
            del self.table[thing, of]

    @rule(to=people)
    def transfer(self, to: UUID) -> None:
        if to == self.owner:
            return
        gone = {self.owner, to}
        self.resource.given(lambda s: s.transfer(to))
        self.account.given(lambda s: s.forget(gone))
        self.table = {(thing, person): level for (thing, person), level in self.table.items() if person not in gone}
        self.owner = to

    def attempt(self, thing: UUID, step: object) -> bool:
        assert callable(step)
        try:
            self.shares(thing).given(step)
        except StrongroomError:
            return False
        return True

    @invariant()
    def lists_and_table_agree(self) -> None:
        for person in (ALICE, BOB, CAROL):
            lists = [self.account.aggregate.grants, self.resource.aggregate.grants]
            found = access_of(frozenset({user(person)}), lists, NOON)
            narrow = self.table.get((ACCOUNT, person), self.table.get((THING, person)))
            assert found == (NO_ACCESS if narrow is None else Access(narrow))
            assert self.resource.aggregate.owner == self.owner

    @invariant()
    def an_owner_has_no_share_of_the_resource(self) -> None:
        assert self.resource.aggregate.grant_to(user(self.owner)) is None


TestSharing = Sharing.TestCase


@pytest.mark.parametrize("level", list(Level))
def test_levels_include_those_below(level: Level) -> None:
    assert [each for each in Level if each <= level] == list(Level)[: level.value]
