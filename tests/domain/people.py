"""Ids and sealed things that stand for people, objects and secrets in the domain's tests."""

from __future__ import annotations

from uuid import UUID

from domain.access import Subject, SubjectKind
from domain.secrets import SealedSecret

ALICE, BOB, CAROL = (UUID(int=number) for number in (1, 2, 3))
THING, OTHER, ACCOUNT = (UUID(int=number) for number in (11, 12, 13))
WORKER, RIVAL = (UUID(int=number) for number in (21, 22))
FIRST, SECOND, THIRD = (SealedSecret(UUID(int=number), bytes([number])) for number in (31, 32, 33))


def user(person: UUID) -> Subject:
    return Subject(SubjectKind.USER, person)
