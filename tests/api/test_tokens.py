"""The cookie of a session, and the proof that a request was meant."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from api.asgi import Scope
from api.idle import IdleWatch, MemoryActivity
from api.tokens import COOKIE, Token, token_of
from domain import ids

RAW = ids.new().bytes + bytes(range(32))
TEXT = urlsafe_b64encode(RAW)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def carrying(*cookies: bytes) -> Scope:
    return {"headers": [(b"cookie", cookie) for cookie in cookies]}


def test_the_token_is_found_among_other_cookies() -> None:
    found = token_of(carrying(b"a=b; __Host-strongroom=" + TEXT + b"; c=d"))
    assert found == Token(UUID(bytes=RAW[:16]), RAW)


@pytest.mark.parametrize(
    "cookies",
    [
        [],
        [b"__Host-strongroom="],
        [b"strongroom=" + TEXT],
        [b"__Host-strongroom=" + TEXT[:-1]],
        [b"__Host-strongroom=" + TEXT[:-1] + b"!"],
        [b"__Host-strongroom=" + TEXT + b"; __Host-strongroom=" + TEXT],
        [b"__Host-strongroom=" + TEXT, b"__Host-strongroom=" + TEXT],
        [b"__host-strongroom=" + TEXT],
    ],
)
def test_anything_else_is_no_token(cookies: list[bytes]) -> None:
    assert token_of(carrying(*cookies)) is None


def test_a_token_that_is_spelled_as_other_alphabets_would_is_none() -> None:
    """One session has one cookie: whoever compares or counts cookies compares and counts sessions."""
    raw = bytes(16) + b"\xff" * 32
    assert token_of(carrying(b"__Host-strongroom=" + urlsafe_b64encode(raw))) is not None
    assert token_of(carrying(b"__Host-strongroom=" + b64encode(raw))) is None


def test_the_csrf_token_belongs_to_one_session_token() -> None:
    mine, other = Token(UUID(bytes=RAW[:16]), RAW), Token(UUID(bytes=RAW[:16]), RAW[::-1])
    assert mine.admits(mine.csrf().encode())
    assert not other.admits(mine.csrf().encode())
    assert not mine.admits(b"")


def test_the_cookie_is_for_this_host_over_https_and_out_of_reach_of_scripts() -> None:
    name, _, attributes = Token(UUID(bytes=RAW[:16]), RAW).cookie().decode().partition("=")
    assert name == COOKIE
    assert set(attributes.split("; ")[1:]) == {"Path=/", "Secure", "HttpOnly", "SameSite=Strict"}
    assert "hunter2" not in repr(Token(UUID(bytes=RAW[:16]), b"hunter2"))


async def test_a_session_that_is_left_alone_ends() -> None:
    watch = IdleWatch(MemoryActivity(), timedelta(minutes=15))
    session = ids.new()
    assert await watch.in_use(session, NOW, NOW + timedelta(minutes=14))
    assert await watch.in_use(session, NOW, NOW + timedelta(minutes=28))
    assert not await watch.in_use(session, NOW, NOW + timedelta(minutes=44))
    assert not await watch.in_use(ids.new(), NOW, NOW + timedelta(minutes=16))


async def test_its_use_is_written_down_at_most_every_half_minute() -> None:
    store = MemoryActivity()
    watch = IdleWatch(store, timedelta(minutes=15))
    session = ids.new()
    for seconds in range(0, 40, 5):
        assert await watch.in_use(session, NOW, NOW + timedelta(seconds=seconds))
    assert await watch.last_used([session]) == {session: NOW + timedelta(seconds=30)}
