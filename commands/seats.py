"""Keeps the administrators' seats in step with users, in the same append as what changes them."""

from __future__ import annotations

from commands.work import Work
from domain.administrators import Administrators
from domain.users import User


async def keep_seats(work: Work, user: User) -> None:
    """Seat `user` or take his seat, as he now is; refuses with LastAdministrator."""
    seats = await work.find(Administrators, Administrators.create_id())
    if seats is not None:
        seats.follow(user)
    elif user.administers:
        work.add(Administrators(user.id))
