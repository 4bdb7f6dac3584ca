"""Who may do what: operations, levels, roles' words, and the rules that grant or refuse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum, StrEnum
from uuid import UUID


class Operation(StrEnum):
    """What a command or a query needs; roles are named sets of these."""

    RESOURCE_ADD = "resource.add"
    RESOURCE_VIEW = "resource.view"
    RESOURCE_CHANGE = "resource.change"
    RESOURCE_TRANSFER = "resource.transfer"
    ACCOUNT_ADD = "account.add"
    ACCOUNT_VIEW = "account.view"
    ACCOUNT_EDIT = "account.edit"
    ACCOUNT_DISCLOSE = "account.disclose"
    ACCOUNT_CHANGE = "account.change"
    ACCOUNT_RESET = "account.reset"
    ACCESS_VIEW = "access.view"
    ACCESS_CHANGE = "access.change"
    USER_VIEW = "user.view"
    USER_ADD = "user.add"
    USER_DISABLE = "user.disable"
    USER_ROLES = "user.roles"
    USER_INVITE = "user.invite"
    USER_SESSIONS_END = "user.sessions-end"
    AUDIT_READ = "audit.read"
    AUDIT_EXPORT = "audit.export"
    OWN_SESSIONS = "own.sessions"
    OWN_PASSWORD = "own.password"
    OWN_PREFERENCES = "own.preferences"
    SETTINGS_CHANGE = "settings.change"
    SYSTEM_VIEW = "system.view"
    RESET_PERFORM = "reset.perform"
    PROBE_PERFORM = "probe.perform"
    SESSION_EXPIRE = "session.expire"
    HEARTBEAT_NOTE = "heartbeat.note"
    COUNT_NOTE = "count.note"
    SYSTEM_SET_UP = "system.set-up"


class Level(IntEnum):
    """How far a share goes; each level includes those below."""

    VIEW = 1
    MODIFY = 2
    MANAGE = 3


class Scope(StrEnum):
    """Which objects a user's operations reach; nobody holds ALL but by a command."""

    SHARED = "shared"
    ALL = "all"


class SubjectKind(StrEnum):
    USER = "user"
    GROUP = "group"
    API_USER = "api-user"


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody or some group that a share is given to."""

    kind: SubjectKind
    id: UUID


@dataclass(frozen=True, slots=True)
class Grant:
    """A share: from now until `until`, which holds by itself."""

    subject: Subject
    level: Level
    until: datetime | None = None

    def holds(self, now: datetime) -> bool:
        return self.until is None or now < self.until


class Ground(StrEnum):
    """What somebody's access rests on."""

    OWNER = "owner"
    EVERYTHING = "everything"
    ACCOUNT = "account"
    RESOURCE = "resource"


@dataclass(frozen=True, slots=True)
class Access:
    """What somebody has on an object, and on what ground; `until` is when that would change by itself.

    `all_scope`: he has it by his scope over everything alone, which nobody uses unrecorded.
    """

    level: Level | None
    owner: bool = False
    until: datetime | None = None
    all_scope: bool = False
    ground: Ground | None = None


NO_ACCESS = Access(None)

NEEDS_LEVEL: dict[Operation, Level] = {
    Operation.RESOURCE_VIEW: Level.VIEW,
    Operation.RESOURCE_CHANGE: Level.MANAGE,
    Operation.RESOURCE_TRANSFER: Level.MANAGE,
    Operation.ACCOUNT_ADD: Level.MANAGE,
    Operation.ACCOUNT_VIEW: Level.VIEW,
    Operation.ACCOUNT_EDIT: Level.MANAGE,
    Operation.ACCOUNT_DISCLOSE: Level.VIEW,
    Operation.ACCOUNT_CHANGE: Level.MODIFY,
    Operation.ACCOUNT_RESET: Level.MODIFY,
    Operation.ACCESS_VIEW: Level.MANAGE,
    Operation.ACCESS_CHANGE: Level.MANAGE,
}
"""The level on its object that an operation needs, beside the operation itself."""

ONLY_OWNERS = frozenset({Operation.RESOURCE_TRANSFER})

ADMINISTRATOR = "administrator"
PASSWORD_USER = "password-user"

WORKER_OPERATIONS = frozenset(
    {
        Operation.RESET_PERFORM,
        Operation.PROBE_PERFORM,
        Operation.SESSION_EXPIRE,
        Operation.HEARTBEAT_NOTE,
        Operation.COUNT_NOTE,
    }
)
SYSTEM_OPERATIONS = frozenset({Operation.SYSTEM_SET_UP})

BUILT_IN_ROLES: dict[str, frozenset[Operation]] = {
    ADMINISTRATOR: frozenset(Operation) - WORKER_OPERATIONS - SYSTEM_OPERATIONS,
    PASSWORD_USER: frozenset(
        {
            Operation.RESOURCE_VIEW,
            Operation.ACCOUNT_VIEW,
            Operation.ACCOUNT_DISCLOSE,
            Operation.ACCOUNT_CHANGE,
            Operation.ACCOUNT_RESET,
            Operation.OWN_SESSIONS,
            Operation.OWN_PASSWORD,
            Operation.OWN_PREFERENCES,
        }
    ),
}


def access_to(
    user: UUID, scope: Scope, owner: UUID | None, shares: Mapping[Ground, Iterable[Grant]], now: datetime
) -> Access:
    """What `user` has on a thing: as owner, by his scope, or by the first of its `shares` that names him."""
    if owner == user:
        return Access(Level.MANAGE, owner=True, ground=Ground.OWNER)
    if scope is Scope.ALL:
        return Access(Level.MANAGE, all_scope=True, ground=Ground.EVERYTHING)
    subjects = frozenset({Subject(SubjectKind.USER, user)})
    for ground, grants in shares.items():
        found = access_of(subjects, [grants], now)
        if found.level is not None:
            return replace(found, ground=ground)
    return NO_ACCESS


def access_of(subjects: frozenset[Subject], narrow_to_wide: Iterable[Iterable[Grant]], now: datetime) -> Access:
    """The most specific list that names one of `subjects` decides, not the highest level (SHR-2).

    Within a list a share to the user himself wins over one to his groups; among groups the highest level wins.
    A share that ends later than others may uncover a wider list: `until` tells when to decide again.
    """
    for grants in narrow_to_wide:
        mine = [grant for grant in grants if grant.subject in subjects and grant.holds(now)]
        if mine:
            return _strongest(mine)
    return NO_ACCESS


def _strongest(grants: list[Grant]) -> Access:
    direct = [grant for grant in grants if grant.subject.kind is not SubjectKind.GROUP]
    chosen = direct or grants
    ends = [grant.until for grant in chosen if grant.until is not None]
    return Access(max(grant.level for grant in chosen), until=min(ends, default=None))
