"""The console's files: index.html with a nonce of its own for every answer, assets that never change, nothing else."""

from __future__ import annotations

import mimetypes
import secrets
from dataclasses import dataclass
from pathlib import Path

from api.asgi import Header, Send, reply
from domain.errors import NotFound

NONCE = b"__CSP_NONCE__"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; connect-src 'self'; "
    "img-src 'self' data:; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
WORKER = b"default-src 'none'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
"""For scripts: a shared worker has the policy of its own answer, not of the page, and speaks to us alone."""
FOR_EVER = b"public, max-age=31536000, immutable"
NOT_OURS = ("/assets/", "/problems")


@dataclass(frozen=True, slots=True)
class File:
    body: bytes
    kind: bytes
    caching: bytes

    @property
    def headers(self) -> list[Header]:
        headers = [(b"content-type", self.kind), (b"cache-control", self.caching)]
        return [*headers, (b"content-security-policy", WORKER)] if b"javascript" in self.kind else headers


class Console:
    """Everything that was built, read once at start: no path of a request ever reaches the file system."""

    def __init__(self, folder: Path | None) -> None:
        self._files = {} if folder is None else dict(_files(folder))
        self._index = self._files.pop("/index.html", None)

    async def serve(self, path: str, send: Send) -> None:
        """A file by its path; the page itself for every address that the console routes by itself."""
        if (found := self._files.get(path)) is not None:
            await reply(send, 200, found.body, found.headers)
        elif self._index is None or path.startswith(NOT_OURS):
            raise NotFound
        else:
            await self._page(self._index, send)

    async def _page(self, index: File, send: Send) -> None:
        nonce = secrets.token_urlsafe(16)
        policy = POLICY.format(nonce=nonce).encode()
        headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-security-policy", policy)]
        await reply(send, 200, index.body.replace(NONCE, nonce.encode()), headers)


def _files(folder: Path) -> list[tuple[str, File]]:
    """By path; what Vite put under /assets carries a hash of its content in its name."""
    found = []
    for each in sorted(folder.rglob("*")):
        if each.is_file():
            path = "/" + each.relative_to(folder).as_posix()
            caching = FOR_EVER if path.startswith("/assets/") else b"no-cache"
            found.append((path, File(each.read_bytes(), _kind(path), caching)))
    return found


def _kind(path: str) -> bytes:
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind in ("application/javascript", "image/svg+xml")
    return (f"{kind}; charset=utf-8" if text else kind).encode()
