"""Taking and giving back names. A reservation stream's id is made from the name under the vault's name key."""

from __future__ import annotations

from uuid import UUID

from commands.work import Work
from domain.errors import NameTaken
from domain.names import Name, NameKind


async def claim(work: Work, kind: NameKind, name: str, holder: UUID) -> None:
    """Have `holder` hold `name`, or refuse with NameTaken."""
    stream = work.reserved(kind, name)
    found = await work.find(Name, stream)
    if found is None:
        work.add(Name(id=stream, kind=kind, holder_id=holder))
    else:
        found.take(holder)


async def claim_if_free(work: Work, kind: NameKind, name: str, holder: UUID) -> None:
    """As `claim`, but go without where a refusal would tell of something that the actor cannot see."""
    try:
        await claim(work, kind, name, holder)
    except NameTaken:
        return


async def release(work: Work, kind: NameKind, name: str, holder: UUID) -> None:
    """Give `name` back, if `holder` has it."""
    found = await work.find(Name, work.reserved(kind, name))
    if found is not None:
        found.release(holder)


async def holder_of(work: Work, kind: NameKind, name: str) -> UUID | None:
    """Who holds `name` now."""
    found = await work.find(Name, work.reserved(kind, name))
    return None if found is None else found.holder_id


def of_resource(owner: UUID, name: str) -> str:
    """Resource names are unique for each owner: anything wider would tell of what one cannot see."""
    return f"{owner}/{name}"


def of_account(resource: UUID, username: str) -> str:
    """Login names are unique on each resource, letter by letter: many systems tell `root` from `Root`."""
    return f"{resource}/{username.encode().hex()}"
