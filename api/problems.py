"""The one table that maps every refusal to HTTP: problem documents as RFC 9457, and a page that explains each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import ClassVar

import msgspec

from domain import errors
from domain.errors import StrongroomError

MEDIA_TYPE = b"application/problem+json"


class Malformed(StrongroomError):
    """The request could not be read: what HTTP or JSON asks for was not there."""

    title = "The request is malformed"


class PositionAhead(Malformed):
    """A position was asked for that the log has not reached."""

    title = "The log has not come that far"


class CrossSite(errors.Refused):
    """A browser said that the request was made by another site."""

    title = "Requests from other sites are refused"


class CsrfTokenWrong(errors.Refused):
    """`X-CSRF-Token` is missing, or belongs to another session."""

    title = "The X-CSRF-Token header is missing or wrong"


class MethodNotAllowed(StrongroomError):
    """The address exists, but not for this method; `Allow` names those it has."""

    title = "This method is not allowed here"

    def __init__(self, allow: str) -> None:
        super().__init__()
        self.allow = allow


class TimedOut(StrongroomError):
    """The request's body did not arrive in time."""

    title = "The request took too long to arrive"


class TooLarge(StrongroomError):
    """The body is longer than 64 KiB, or than 1.5 MiB where it brings a file along."""

    title = "The request is too large"


class NotJson(StrongroomError):
    """A body came with a content type other than application/json."""

    title = "Only application/json is accepted"


class UnknownHost(StrongroomError):
    """The Host header names a host that this server is not."""

    title = "This server is not the host you asked for"


class VersionRequired(StrongroomError):
    """The call changes something that others may change too: it needs `If-Match`."""

    title = "If-Match is required"


class HeadersTooLarge(StrongroomError):
    """The request line or the headers are longer than 16 KiB."""

    title = "The request's headers are too large"


class WrongShape(StrongroomError):
    """Fields are missing, unknown or of another kind; `errors` says which."""

    title = "The request does not have the expected shape"


class NotYet(errors.Unavailable):
    """The position named by `Strongroom-Require` has not reached the read models in time."""

    title = "The read models have not come that far"


class Halted(errors.Unavailable):
    """A projection met an event that it could not apply; until that is settled its lists are not served."""

    title = "This view has been halted"


class Sealed(errors.Unavailable):
    """The vault's roots are sealed: nothing in it can be read until somebody has brought what opens them, at
    `/unseal` or by `strongroom keys unseal`."""

    title = "This vault is sealed"


class TooManyStreams(errors.Unavailable):
    """As many browsers are listening to live updates as one process serves."""

    title = "Too many live streams are open"


class Unexpected(StrongroomError):
    """A fault of ours; the logs hold it under the request's id."""

    title = "Something went wrong in Strongroom"


STATUS: dict[type[StrongroomError], int] = {
    Malformed: 400,
    errors.Unauthenticated: 401,
    errors.Refused: 403,
    errors.Shredded: 410,
    errors.NotFound: 404,
    MethodNotAllowed: 405,
    TimedOut: 408,
    errors.Conflict: 409,
    errors.Stale: 412,
    TooLarge: 413,
    NotJson: 415,
    UnknownHost: 421,
    errors.Invalid: 422,
    WrongShape: 422,
    VersionRequired: 428,
    errors.TooManyAttempts: 429,
    HeadersTooLarge: 431,
    Unexpected: 500,
    errors.Unavailable: 503,
}
"""Families and their statuses; a refusal takes that of the nearest family it descends from."""

RETRY_AFTER = b"1"


class Field(msgspec.Struct, frozen=True):
    """Where in the request something is wrong, and what."""

    field: str
    message: str


class Document(msgspec.Struct, frozen=True, omit_defaults=True):
    """A problem document; nothing in it tells one request from another, so that equal refusals are equal bytes."""

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[Field, ...] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A refusal as HTTP says it."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = field(default=())


def status_of(kind: type[StrongroomError]) -> int:
    """The status of the nearest ancestor in the table; a refusal without one is a fault of ours."""
    return next((STATUS[each] for each in kind.__mro__ if each in STATUS), 500)


def name_of(kind: type[StrongroomError]) -> str:
    """NotFound → not-found."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind.__name__).lower()


def answer(refusal: StrongroomError, fields: tuple[Field, ...] = ()) -> Answer:
    """The problem document of `refusal`, with what its status asks for in headers."""
    kind = type(refusal)
    status = status_of(kind)
    if isinstance(refusal, errors.Invalid) and refusal.field:
        fields = (Field(refusal.field, refusal.detail), *fields)
    document = Document(f"/problems/{name_of(kind)}", refusal.title, status, refusal.detail, fields or None)
    return Answer(status, msgspec.json.encode(document), (*_extra(refusal, status),))


def _extra(refusal: StrongroomError, status: int) -> Iterator[tuple[bytes, bytes]]:
    yield b"content-type", MEDIA_TYPE
    if isinstance(refusal, errors.TooManyAttempts):
        yield b"retry-after", b"%d" % max(1, round(refusal.retry_after))
    elif status == 503:
        yield b"retry-after", RETRY_AFTER
    if isinstance(refusal, MethodNotAllowed):
        yield b"allow", refusal.allow.encode("latin-1")


def kinds(kind: type[StrongroomError] = StrongroomError) -> Iterator[type[StrongroomError]]:
    """Every refusal there is, those below `kind`."""
    for each in kind.__subclasses__():
        yield each
        yield from kinds(each)


class Pages:
    """`/problems/<name>`: what each type URI means, in plain words."""

    PAGE: ClassVar[str] = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        "<h1>{title}</h1><p>{words}</p><p>HTTP status {status}</p></html>"
    )

    def __init__(self) -> None:
        self._pages = {name_of(kind): self._page(kind) for kind in kinds()}

    def get(self, name: str) -> bytes | None:
        """The page of one problem, or None."""
        return self._pages.get(name)

    def _page(self, kind: type[StrongroomError]) -> bytes:
        words = " ".join((kind.__doc__ or kind.title).split())
        return self.PAGE.format(title=escape(kind.title), words=escape(words), status=status_of(kind)).encode()
