"""Whether an actor may: decided from streams alone, each of which guards the append."""

from __future__ import annotations

from uuid import UUID

from commands.base import Command, OnAccount, Thing
from commands.work import Work
from domain import access
from domain.access import Access, Ground, Level, Operation
from domain.access_lists import AccessList
from domain.accounts import Account
from domain.all_scope import AllScopeUse
from domain.errors import NotFound, Refused, SessionEnded, Unauthenticated
from domain.provenance import ActorKind
from domain.resources import Resource
from domain.roles import Role
from domain.sessions import Session
from domain.users import User

WITHOUT_SESSION = {
    ActorKind.WORKER: access.WORKER_OPERATIONS,
    ActorKind.SYSTEM: access.SYSTEM_OPERATIONS,
}


async def authorise(work: Work, command: Command[object]) -> None:
    """Refuse, or leave what the actor has on the command's object in `work.access`."""
    if command.needs is None:
        return
    if work.caller.kind is ActorKind.USER:
        await _authorise_user(work, command.needs, command.object())
    elif command.needs not in WITHOUT_SESSION.get(work.caller.kind, frozenset()):
        raise Refused


async def _authorise_user(work: Work, needs: Operation, thing: Thing | None) -> None:
    user = await signed_in(work)
    operations = await operations_of(work, user)
    if thing is not None:
        work.access = await _granted(work, user, operations, needs, thing)
    elif needs not in operations:
        raise Refused(f"Your role does not include {needs}.")


async def authorise_also(work: Work, needs: Operation, thing: Thing) -> None:
    """Refuse what a user may not do with another thing that his command touches, as if it were the command's object."""
    user = await signed_in(work)
    await _granted(work, user, await operations_of(work, user), needs, thing)


async def _granted(work: Work, user: User, operations: frozenset[Operation], needs: Operation, thing: Thing) -> Access:
    """What the user has on `thing`, which is enough for `needs`."""
    found = await _visible(work, user, operations, thing)
    if needs not in operations:
        raise Refused(f"Your role does not include {needs}.")
    _check_level(found, needs)
    if found.all_scope:
        work.add_beside(AllScopeUse(needs, thing.id))
    return found


async def signed_in(work: Work) -> User:
    """The user behind a session that still runs; both guard whatever is decided."""
    if work.caller.session is None:
        raise Unauthenticated
    session = await work.find(Session, work.caller.session)
    user = await work.find(User, work.caller.id)
    if session is None or user is None or session.user_id != user.id or session.over(work.now):
        raise SessionEnded
    if not user.active:
        raise SessionEnded
    work.until(session.ends_at)
    return user


async def operations_of(work: Work, user: User) -> frozenset[Operation]:
    """What the user's roles add up to now."""
    roles = [await work.find(Role, Role.create_id(name)) for name in sorted(user.roles)]
    return frozenset().union(*(role.operations for role in roles if role is not None))


async def _visible(work: Work, user: User, operations: frozenset[Operation], thing: Thing) -> Access:
    """What the user has on `thing`; not yours and not there are the same NotFound."""
    needed = Operation.ACCOUNT_VIEW if isinstance(thing, OnAccount) else Operation.RESOURCE_VIEW
    found = await access_on(work, user, thing)
    if found.level is None or needed not in operations:
        raise NotFound
    work.until(found.until)
    return found


async def access_on(work: Work, user: User, thing: Thing) -> Access:
    """The most specific share that names the user, his ownership, or his scope over everything."""
    if isinstance(thing, OnAccount):
        return await _access(work, user, await resource_of(work, thing.id), thing.id)
    await work.get(Resource, thing.id)
    return await _access(work, user, thing.id)


async def resource_of(work: Work, account_id: UUID) -> UUID:
    """Where an account is. Its own list guards that, absence included: every move is written there, and little else."""
    own = await work.find(AccessList, AccessList.create_id(account_id))
    account = await work.fixed(Account, account_id)  # where it was added, unless its list knows better
    return account.resource_id if own is None or own.resource_id is None else own.resource_id


async def _access(work: Work, user: User, resource: UUID, account: UUID | None = None) -> Access:
    of_resource = await work.get(AccessList, AccessList.create_id(resource))
    await work.get(Resource, resource)
    own = None if account is None else await work.find(AccessList, AccessList.create_id(account))
    shares = {Ground.ACCOUNT: () if own is None else own.grants, Ground.RESOURCE: of_resource.grants}
    return access.access_to(user.id, user.scope, of_resource.owner, shares, work.now)


def _check_level(found: Access, needs: Operation) -> None:
    wanted = access.NEEDS_LEVEL.get(needs, Level.VIEW)
    if found.level is None or found.level < wanted:
        raise Refused(f"This needs the level {wanted.name} on it.")
    if needs in access.ONLY_OWNERS and not found.owner:
        raise Refused("Only its owner may do this.")
