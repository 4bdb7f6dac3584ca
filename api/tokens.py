"""The session token: the session's id and 32 random bytes, in a cookie that only this origin's HTTP ever carries."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from api.asgi import Scope

COOKIE = "__Host-strongroom"
ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Strict"
SIZE = 64
CSRF_LABEL = b"strongroom/csrf/1"


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """What a browser holds. Only its hash is ever stored."""

    session: UUID
    raw: bytes

    def csrf(self) -> str:
        """What the console sends in `X-CSRF-Token`: no other site can read it, and it belongs to this token alone."""
        return _encode(hmac.digest(self.raw, CSRF_LABEL, sha256))

    def admits(self, csrf: bytes) -> bool:
        return hmac.compare_digest(csrf, self.csrf().encode())

    def cookie(self) -> bytes:
        """It names no end: the browser forgets it when it closes, the log knows when it is over."""
        return f"{COOKIE}={_encode(self.raw)}{ATTRIBUTES}".encode()


FORGET = f"{COOKIE}=; Max-Age=0{ATTRIBUTES}".encode()


def token_of(scope: Scope) -> Token | None:
    """The token that the request carries; None when there is none, or more than one, or it is not spelled as ours."""
    found = [
        value
        for key, line in scope["headers"]
        if key == b"cookie"
        for name, _, value in (pair.strip().partition(b"=") for pair in line.split(b";"))
        if name == COOKIE.encode()
    ]
    return _decode(found[0]) if len(found) == 1 else None


def _decode(text: bytes) -> Token | None:
    if len(text) != SIZE:
        return None
    try:
        raw = urlsafe_b64decode(text)
    except ValueError:
        return None
    if urlsafe_b64encode(raw) != text:
        return None
    return Token(UUID(bytes=raw[:16]), raw)


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
