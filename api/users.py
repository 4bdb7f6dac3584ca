"""Users: inviting, listing, roles, disabling and enabling; and the people one may share with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from api.caller import Caller, IfMatch, Once
from api.listing import Paged, Search
from api.shapes import Body, Created, Done, Listed, Name, PathId, Reason, Shown
from commands.invitations import InviteAgain, NewInvitation
from commands.queries import ListPeople, ListUsers
from commands.sessions import EndSessionsOf
from commands.users import AddUser, DisableUser, EnableUser, GiveRoles
from domain.errors import NotFound
from projections import users as queries
from projections.users import UsersProjection

router = APIRouter(tags=["users"])
Role = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern="^[a-z][a-z0-9-]*$")]
Roles = Annotated[list[Role], Field(min_length=1, max_length=16)]
Email = Annotated[str, StringConstraints(min_length=3, max_length=254)]
UserStatus = Literal["invited", "active", "disabled"]


class UserBody(Body):
    username: Name
    display_name: Name
    email: Email | None = None
    roles: Roles


class RolesBody(Body):
    roles: Roles


class ReasonBody(Body):
    reason: Reason | None = None


class User(Shown):
    id: UUID
    username: str
    display_name: str
    email: str | None
    roles: list[str]
    status: UserStatus
    version: int
    created_at: datetime
    last_sign_in_at: datetime | None


class UserList(Listed[User]):
    pass


class Invitation(Done):
    """A one-time link; shown here and never again."""

    invitation: str
    invitation_ends_at: datetime


class Invited(Created):
    """A new user. A repeat with the same Idempotency-Key cannot show the invitation again: it was never stored."""

    invitation: str | None
    invitation_ends_at: datetime | None
    repeated: bool = False


class SessionsEnded(Done):
    ended: int


class Person(Shown):
    id: UUID
    username: str
    display_name: str


class PersonList(Listed[Person]):
    pass


@router.get("/users")
async def list_users(
    caller: Caller, page: Paged, q: Search | None = None, status: Annotated[UserStatus | None, Query()] = None
) -> UserList:
    """All users; sorted by username, display_name, email, status, created_at or last_sign_in_at."""
    async with caller.reading(ListUsers(), UsersProjection) as (db, viewer):
        found = await queries.list_users(db, viewer, page, q, status)
    return UserList(items=[User.model_validate(row) for row in found.items], next_cursor=found.next_cursor)


@router.post("/users", status_code=201)
async def add_user(body: UserBody, caller: Caller, once: Once) -> Invited:
    """Invite somebody: he sets his own password with the link that this answers with."""
    command = AddUser(
        username=body.username, display_name=body.display_name, email=body.email, roles=frozenset(body.roles)
    )
    done = await caller.create(command, once)
    new: object = done.value
    if isinstance(new, UUID):  # the key was used before: the log knows the user, nobody knows the token
        return Invited(id=new, position=done.position, invitation=None, invitation_ends_at=None, repeated=True)
    assert isinstance(new, NewInvitation)
    return Invited(id=new.user_id, position=done.position, invitation=new.token, invitation_ends_at=new.until)


@router.get("/users/{user_id}")
async def get_user(user_id: PathId, caller: Caller) -> User:
    async with caller.reading(ListUsers(), UsersProjection) as (db, viewer):
        found = await queries.get_user(db, viewer, user_id)
    if found is None:
        raise NotFound
    caller.context.etag = found.version
    return User.model_validate(found)


@router.put("/users/{user_id}/roles")
async def set_roles(user_id: PathId, body: RolesBody, caller: Caller, version: IfMatch) -> Done:
    """Give a user these roles and no others; never oneself."""
    command = GiveRoles(user_id=user_id, roles=frozenset(body.roles), expected_version=version)
    return Done(position=(await caller.execute(command)).position)


@router.post("/users/{user_id}/disable")
async def disable_user(user_id: PathId, body: ReasonBody, caller: Caller) -> Done:
    """Shut a user out at once, his sessions included; never oneself."""
    return Done(position=(await caller.execute(DisableUser(user_id=user_id), body.reason)).position)


@router.post("/users/{user_id}/enable")
async def enable_user(user_id: PathId, body: ReasonBody, caller: Caller) -> Done:
    """Let a disabled user in again."""
    return Done(position=(await caller.execute(EnableUser(user_id=user_id), body.reason)).position)


@router.post("/users/{user_id}/invitations", status_code=201)
async def invite_again(user_id: PathId, caller: Caller) -> Invitation:
    """A new link; the old one and the old password are void, and the user's sessions end."""
    done = await caller.execute(InviteAgain(user_id=user_id))
    return Invitation(position=done.position, invitation=done.value.token, invitation_ends_at=done.value.until)


@router.delete("/users/{user_id}/sessions")
async def end_user_sessions(user_id: PathId, caller: Caller) -> SessionsEnded:
    """End all sessions of a user."""
    done = await caller.execute(EndSessionsOf(user_id=user_id))
    return SessionsEnded(position=done.position, ended=done.value)


@router.get("/people")
async def list_people(caller: Caller, q: Search | None = None) -> PersonList:
    """Active users to share with, at most 20."""
    async with caller.reading(ListPeople(), UsersProjection) as (db, viewer):
        found = await queries.list_people(db, viewer, q)
    return PersonList(items=[Person.model_validate(row) for row in found])
