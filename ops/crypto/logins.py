"""People's own passwords: slow, memory-hard hashes, bounded in number so that nobody can drown the vault in them."""

from __future__ import annotations

import asyncio
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from secrets import token_urlsafe
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.errors import TooManyAttempts
from domain.secrets import Secret

MEMORY_KIB = 19 * 1024
TIME_COST = 2
PARALLELISM = 1
AT_ONCE = 2
WAITING = 32

T = TypeVar("T")


class Logins:
    """argon2id as OWASP names it: 19 MiB, two passes, one lane; two at a time, 32 waiting, then TooManyAttempts."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(TIME_COST, MEMORY_KIB, PARALLELISM)
        self._threads = ThreadPoolExecutor(AT_ONCE, "argon2id")
        self._places = threading.BoundedSemaphore(AT_ONCE + WAITING)
        self._nobody = self._hasher.hash(token_urlsafe())

    async def hash(self, password: Secret) -> str:
        """A verifier to keep, under seal."""
        return await self._run(lambda: self._hasher.hash(_plain(password)))

    async def verify(self, verifier: str | None, password: Secret) -> bool:
        """Whether `password` is the one. None is somebody unknown: it costs the same and is never right."""
        right = await self._run(lambda: self._matches(verifier or self._nobody, password))
        return right and verifier is not None

    def needs_rehash(self, verifier: str) -> bool:
        """Whether `verifier` was made with other costs than today's: hash again while the password is at hand."""
        return self._hasher.check_needs_rehash(verifier)

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)

    def _matches(self, verifier: str, password: Secret) -> bool:
        try:
            return self._hasher.verify(verifier, _plain(password))
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        """A place is held until its work has ended or was cancelled unstarted, whoever still waits for it."""
        if not self._places.acquire(blocking=False):
            raise TooManyAttempts(1.0, "Too many people are signing in at this moment.")
        future: Future[T] = self._threads.submit(work)
        future.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(future)


def _plain(password: Secret) -> bytes:
    """One password, however a keyboard composes its letters: NFC, as RFC 8265 has it."""
    return unicodedata.normalize("NFC", password.reveal()).encode()
