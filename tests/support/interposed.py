"""Has something happen before or after a function of the product, which has no hooks: it is wrapped from outside."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

import pytest

from tests.support.steps import When

Work = Callable[..., Awaitable[Any]]


def interpose(patch: pytest.MonkeyPatch, where: str, when: When, deed: Callable[[], Awaitable[None]]) -> None:
    """`where` names an async function, `module:Class.name` or `module:name`."""
    module, _, path = where.partition(":")
    owner: Any = importlib.import_module(module)
    *owners, name = path.split(".")
    for each in owners:
        owner = getattr(owner, each)
    patch.setattr(owner, name, _with(getattr(owner, name), when, deed))


def _with(work: Work, when: When, deed: Callable[[], Awaitable[None]]) -> Work:
    @wraps(work)
    async def interposed(*given: Any, **named: Any) -> Any:
        if when is When.BEFORE:
            await deed()
        result = await work(*given, **named)
        if when is When.AFTER:
            await deed()
        return result

    return interposed
