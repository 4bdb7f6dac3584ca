"""What every list takes: how many, sorted by what, after which one."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from pydantic import AfterValidator, StringConstraints

from projections.pages import MOST, Page, storable

Cursor = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Sort = Annotated[str, StringConstraints(pattern="^-?[a-z_]{1,40}$")]


def _storable(text: str) -> str:
    if not storable(text):
        raise ValueError("holds characters that no text here has")
    return text


Kept = Annotated[bool, Query()]
"""One's favourites alone."""
Search = Annotated[str, StringConstraints(max_length=200), AfterValidator(_storable)]


async def page(
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    sort: Annotated[Sort | None, Query()] = None,
    cursor: Annotated[Cursor | None, Query()] = None,
) -> Page:
    """One page of a list."""
    return Page(limit, sort, cursor)


Paged = Annotated[Page, Depends(page)]
