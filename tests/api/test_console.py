"""The console's files as they are served: what each may load and whom it may speak to."""

from __future__ import annotations

from pathlib import Path

from api.asgi import Message
from api.console import Console


async def headers_of(console: Console, path: str) -> dict[bytes, bytes]:
    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    await console.serve(path, send)
    return dict(said[0]["headers"])


async def test_a_shared_worker_may_speak_to_us_and_load_nothing(tmp_path: Path) -> None:
    """Its policy is that of its own answer: without one it could not follow the live stream."""
    for name in ("index.html", "worker.js", "mark.svg"):
        (tmp_path / name).write_text("x")
    policy = (await headers_of(Console(tmp_path), "/worker.js"))[b"content-security-policy"]
    assert policy.startswith(b"default-src 'none'; connect-src 'self'")
    assert b"content-security-policy" not in await headers_of(Console(tmp_path), "/mark.svg")
