"""Security headers on every answer, whatever made it."""

from __future__ import annotations

from api.asgi import App, Header, Message, Receive, Scope, Send

POLICY = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""For everything that is not the console: nothing may load, run or frame it."""

ALWAYS: tuple[Header, ...] = (
    (b"strict-transport-security", b"max-age=63072000"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-embedder-policy", b"require-corp"),
    (b"permissions-policy", b"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (b"x-robots-tag", b"noindex"),
)
UNLESS_SAID: tuple[Header, ...] = (
    (b"content-security-policy", POLICY),
    (b"cache-control", b"no-store"),
)


class Shield:
    """Adds what every answer carries; only the console says otherwise about content and caching."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def shielded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = with_shield(message.get("headers", ()))
            await send(message)

        await self._app(scope, receive, shielded)


def with_shield(headers: object) -> list[Header]:
    """`headers` and ours; a header of ours that is already there stays as it was said."""
    given: list[Header] = list(headers)  # type: ignore[call-overload]
    names = {name for name, _ in given}
    return [*given, *ALWAYS, *(each for each in UNLESS_SAID if each[0] not in names)]
