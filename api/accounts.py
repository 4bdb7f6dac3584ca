"""Accounts: the privileged logins on a resource, and the passwords they have had, by number and never by value."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import StringConstraints

from api.caller import Caller, IfMatch, IfMatched, Once
from api.listing import Kept, Paged, Search
from api.resources import ShownLevel, Type
from api.shapes import ActorName, Body, Created, Description, Done, Id, Listed, Name, PathId, Reason, Shown
from commands.accounts import AddAccount, ChangePassword, EditAccount
from commands.moves import MoveAccount
from commands.queries import ListAccounts, ViewAccount, ViewResource
from commands.readings import ReadPasswordHistory
from domain.errors import Invalid
from domain.secrets import Secret
from projections import accounts as queries
from projections.access import AccessProjection
from projections.accounts import AccountsProjection
from projections.preferences import PreferencesProjection
from projections.resources import ResourcesProjection
from projections.users import UsersProjection

router = APIRouter(tags=["accounts"])
AccountPassword = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
READS = (AccountsProjection, AccessProjection, ResourcesProjection)


class NewAccountBody(Body):
    """With a password, or with `generate`: one of the two."""

    username: Name
    description: Description | None = None
    password: AccountPassword | None = None
    generate: bool = False


class AccountBody(Body):
    username: Name
    description: Description | None = None


class MoveBody(Body):
    """Where to: a resource on which one may add accounts."""

    resource_id: Id


class ChangeBody(Body):
    """With a password, or with `generate`: one of the two."""

    password: AccountPassword | None = None
    generate: bool = False
    reason: Reason | None = None


class ResourceName(Shown):
    id: UUID
    name: str
    type: Type
    address: str


class Account(Shown):
    id: UUID
    resource: ResourceName
    username: str
    description: str
    password_set_at: datetime | None
    password_number: int
    level: ShownLevel
    may: list[str]
    reset_state: Literal["none", "open", "in_doubt"]
    version: int


class AccountList(Listed[Account]):
    pass


class PasswordChanged(Done):
    password_number: int


class PastPassword(Shown):
    number: int
    set_at: datetime
    set_by: ActorName
    cause: Literal["added", "changed", "reset"]
    current: bool


class PastPasswordList(Listed[PastPassword]):
    pass


@router.get("/accounts")
async def list_accounts(caller: Caller, page: Paged, q: Search | None = None, kept: Kept = False) -> AccountList:
    """All that one can see, or one's favourites; sorted by username, resource, password_set_at or description."""
    reads = (*READS, PreferencesProjection) if kept else READS
    async with caller.reading(ListAccounts(), *reads) as (db, viewer):
        found = await queries.list_accounts(db, viewer, page, q, kept=kept)
    return AccountList(items=[Account.model_validate(row) for row in found.items], next_cursor=found.next_cursor)


@router.get("/resources/{resource_id}/accounts")
async def list_resource_accounts(
    resource_id: PathId, caller: Caller, page: Paged, q: Search | None = None
) -> AccountList:
    """Those of one resource that one can see."""
    async with caller.reading(ViewResource(resource_id), *READS) as (db, viewer):
        found = await queries.list_accounts(db, viewer, page, q, resource_id)
    return AccountList(items=[Account.model_validate(row) for row in found.items], next_cursor=found.next_cursor)


@router.post("/resources/{resource_id}/accounts", status_code=201)
async def add_account(resource_id: PathId, body: NewAccountBody, caller: Caller, once: Once) -> Created:
    """Make a login known, with its password or with one that is made now."""
    command = AddAccount(
        resource_id=resource_id,
        username=body.username,
        description=body.description or "",
        password=password_in(body),
    )
    done = await caller.create(command, once)
    return Created(id=done.value, position=done.position)


@router.get("/accounts/{account_id}")
async def get_account(account_id: PathId, caller: Caller) -> Account:
    found = await caller.find(ViewAccount(account_id), queries.get_account, account_id, *READS)
    caller.context.etag = found.version
    return Account.model_validate(found)


@router.put("/accounts/{account_id}")
async def edit_account(account_id: PathId, body: AccountBody, caller: Caller, version: IfMatch) -> Done:
    """Describe it anew, all of it."""
    command = EditAccount(
        account_id=account_id,
        username=body.username,
        description=body.description or "",
        expected_version=version,
    )
    return Done(position=(await caller.execute(command)).position)


@router.put("/accounts/{account_id}/resource")
async def move_account(account_id: PathId, body: MoveBody, caller: Caller, version: IfMatched) -> Done:
    """Let it stand on another resource, with its past: who sees it by a share of the old one sees it no more."""
    command = MoveAccount(account_id=account_id, resource_id=body.resource_id, expected_version=version)
    return Done(position=(await caller.execute(command)).position)


@router.get("/accounts/{account_id}/passwords")
async def list_passwords(account_id: PathId, caller: Caller) -> PastPasswordList:
    """Which passwords it has had, newest first; that this was read is recorded."""
    await caller.ask(ReadPasswordHistory(account_id=account_id))
    async with caller.reading(ViewAccount(account_id), *READS, UsersProjection) as (db, viewer):
        found = await queries.list_passwords(db, viewer, account_id)
    return PastPasswordList(items=[PastPassword.model_validate(row) for row in found])


@router.post("/accounts/{account_id}/password")
async def change_password(account_id: PathId, body: ChangeBody, caller: Caller) -> PasswordChanged:
    """Keep another password in the vault; the resource is not asked."""
    command = ChangePassword(account_id=account_id, password=password_in(body))
    done = await caller.execute(command, body.reason)
    return PasswordChanged(position=done.position, password_number=done.value)


def password_in(body: NewAccountBody | ChangeBody) -> Secret | None:
    """The password that was given; None when one is to be made."""
    if (body.password is not None) is body.generate:
        raise Invalid("Give a password, or `generate`: one of the two.", "password")
    return None if body.password is None else Secret(body.password)
