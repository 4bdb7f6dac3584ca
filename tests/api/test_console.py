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


async def test_the_page_runs_no_script_but_ours_and_is_nobodys_frame(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("__CSP_NONCE__")
    policy = (await headers_of(Console(tmp_path), "/accounts"))[b"content-security-policy"].decode()
    said = dict(each.strip().partition(" ")[::2] for each in policy.split(";"))
    assert said["default-src"] == "'none'"
    assert said["script-src"] == said["connect-src"] == "'self'"
    assert said["frame-ancestors"] == said["base-uri"] == "'none'"
    other = (await headers_of(Console(tmp_path), "/accounts"))[b"content-security-policy"].decode()
    assert other != policy, "a nonce is used once"
