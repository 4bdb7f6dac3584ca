"""Users: the people who work with Strongroom, what they may do, and whether they may at all."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from domain import text
from domain.access import ADMINISTRATOR, Scope
from domain.base import About, Aggregate, Author, Event, FirstEvent, Ocsf, Severity
from domain.errors import Conflict, Invalid, NotOnYourself

_WRITERS = (Author.API, Author.SYSTEM)
_PERSONAL = ("username", "display_name", "email")


class UserStatus(StrEnum):
    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


class User(Aggregate):
    """A person. How he proves who he is stands in his SignIn, so that failures there never disturb his work."""

    TOPIC = "user"

    def __init__(self, id: UUID, username: str, display_name: str, email: str | None, roles: frozenset[str]) -> None:
        self.username = username
        self.display_name = display_name
        self.email = email
        self.roles = roles
        self.scope = Scope.SHARED
        self.activated = False
        self.disabled = False

    @classmethod
    def invite(cls, id: UUID, username: str, display_name: str, email: str | None, roles: frozenset[str]) -> User:
        """A new user, as far as his words and roles are fit to be kept."""
        return cls(
            id=id,
            username=text.name_of(username, "username"),
            display_name=text.name_of(display_name, "display_name"),
            email=text.email_of(email),
            roles=_some(roles),
        )

    @property
    def key_scope(self) -> UUID:
        return self.id

    @property
    def active(self) -> bool:
        """Whether he may sign in and work."""
        return self.activated and not self.disabled

    @property
    def status(self) -> UserStatus:
        if self.disabled:
            return UserStatus.DISABLED
        return UserStatus.ACTIVE if self.activated else UserStatus.INVITED

    @property
    def administers(self) -> bool:
        """Whether he can administer the vault now."""
        return self.active and ADMINISTRATOR in self.roles

    def change_profile(self, display_name: str, email: str | None) -> None:
        shown, address = text.name_of(display_name, "display_name"), text.email_of(email)
        if (shown, address) != (self.display_name, self.email):
            self.trigger_event(self.ProfileChanged, display_name=shown, email=address)

    def give_roles(self, roles: frozenset[str], by: UUID) -> None:
        """Let him have these roles and no others; nobody chooses his own."""
        self._not_by_himself(by)
        if _some(roles) != self.roles:
            self.trigger_event(self.RolesGiven, roles=roles)

    def give_scope(self, scope: Scope, by: UUID) -> None:
        """How far his operations reach; everything is for administrators only, given by another."""
        self._not_by_himself(by)
        if scope is Scope.ALL and ADMINISTRATOR not in self.roles:
            raise Invalid("Only an administrator can be given everything.", "scope")
        if scope is not self.scope:
            self.trigger_event(self.ScopeGiven, scope=scope)

    def activate(self) -> None:
        """He has set his own password."""
        if not self.activated:
            self.trigger_event(self.Activated)

    def invite_again(self, by: UUID) -> None:
        """From now on only a new invitation lets him in."""
        self._not_by_himself(by)
        if self.disabled:
            raise Conflict("He is disabled: enable him first.")
        self.trigger_event(self.InvitedAgain)

    def disable(self, by: UUID) -> None:
        self._not_by_himself(by)
        if not self.disabled:
            self.trigger_event(self.Disabled)

    def enable(self) -> None:
        if self.disabled:
            self.trigger_event(self.Enabled)

    def shred(self) -> None:
        """His last event. Who can still sign in is not forgotten."""
        if not self.disabled:
            raise Conflict("He can still sign in: disable him first.")
        self.trigger_event(self.Shredded)

    def _not_by_himself(self, by: UUID) -> None:
        if by == self.id:
            raise NotOnYourself

    class Added(FirstEvent):
        """Somebody is known; he cannot sign in until he has accepted his invitation."""

        TOPIC = "user.added"
        ABOUT = About("A user was added", Ocsf.ACCOUNT_CHANGE, Severity.LOW, _WRITERS, _PERSONAL, critical=True)
        username: str
        display_name: str
        email: str | None
        roles: frozenset[str]

    class ProfileChanged(Event):
        """His name as shown, or where notices reach him."""

        TOPIC = "user.profile-changed"
        ABOUT = About("A user's profile was changed", Ocsf.ACCOUNT_CHANGE, personal=("display_name", "email"))
        display_name: str
        email: str | None

        def apply(self, aggregate: User) -> None:
            aggregate.display_name = self.display_name
            aggregate.email = self.email

    class RolesGiven(Event):
        """All the roles that he has from now on."""

        TOPIC = "user.roles-given"
        ABOUT = About("A user's roles were changed", Ocsf.USER_ACCESS, Severity.HIGH, critical=True)
        roles: frozenset[str]

        def apply(self, aggregate: User) -> None:
            aggregate.roles = self.roles
            if ADMINISTRATOR not in self.roles:
                aggregate.scope = Scope.SHARED

    class ScopeGiven(Event):
        """Which objects he reaches; `all` is a super administrator."""

        TOPIC = "user.scope-given"
        ABOUT = About("A user's scope was changed", Ocsf.USER_ACCESS, Severity.CRITICAL, critical=True)
        scope: Scope

        def apply(self, aggregate: User) -> None:
            aggregate.scope = self.scope

    class Activated(Event):
        """He accepted his invitation."""

        TOPIC = "user.activated"
        ABOUT = About("A user became active", Ocsf.ACCOUNT_CHANGE, authors=_WRITERS)

        def apply(self, aggregate: User) -> None:
            aggregate.activated = True

    class InvitedAgain(Event):
        """His password, his sessions and earlier invitations are void."""

        TOPIC = "user.invited-again"
        ABOUT = About("A user was invited again", Ocsf.ACCOUNT_CHANGE, Severity.MEDIUM, _WRITERS)

        def apply(self, aggregate: User) -> None:
            aggregate.activated = False

    class Disabled(Event):
        """He may not sign in, and what he had open is over."""

        TOPIC = "user.disabled"
        ABOUT = About("A user was disabled", Ocsf.ACCOUNT_CHANGE, Severity.MEDIUM)

        def apply(self, aggregate: User) -> None:
            aggregate.disabled = True

    class Enabled(Event):
        """He may sign in again."""

        TOPIC = "user.enabled"
        ABOUT = About("A user was enabled", Ocsf.ACCOUNT_CHANGE, Severity.MEDIUM)

        def apply(self, aggregate: User) -> None:
            aggregate.disabled = False

    class Shredded(Event):
        """He is forgotten for good; this event itself can be read no longer than the others."""

        TOPIC = "user.shredded"
        ABOUT = About("A user was forgotten for good", Ocsf.ACCOUNT_CHANGE, Severity.CRITICAL, (Author.SYSTEM,))

        def apply(self, aggregate: User) -> None:
            aggregate.shredded = True


def _some(roles: frozenset[str]) -> frozenset[str]:
    if not roles:
        raise Invalid("A user needs a role.", "roles")
    return roles
