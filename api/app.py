"""The application: what every request passes through, and the routers, listed one a line."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.asgi import App
from api.context import context_of
from api.problems import Field, Malformed, MethodNotAllowed, Unexpected, WrongShape, answer, name_of
from domain.errors import NotFound, StrongroomError

PREFIX = "/api/v1"
WHERE = frozenset({"body", "query", "path", "header", "cookie"})
LONGEST = 200


def respond(request: Request, refusal: StrongroomError, fields: tuple[Field, ...] = ()) -> Response:
    """The problem document of a refusal that a route raised."""
    context_of(request.scope).problem = name_of(type(refusal))
    said = answer(refusal, fields)
    response = Response(said.body, said.status)
    response.raw_headers.extend(said.headers)
    return response


async def refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, StrongroomError)
    return respond(request, refusal)


async def misshapen(request: Request, error: Exception) -> Response:
    """Which fields are wrong, and how; never what was in them."""
    assert isinstance(error, RequestValidationError)
    return respond(request, WrongShape(), fields_of(error.errors()))


async def framework(request: Request, error: Exception) -> Response:
    """What Starlette refuses by itself: no such route, no such method, a body it cannot read."""
    assert isinstance(error, HTTPException)
    match error.status_code:
        case 404:
            return respond(request, NotFound())
        case 405:
            return respond(request, MethodNotAllowed((error.headers or {}).get("Allow", "")))
        case 400:
            return respond(request, Malformed())
        case _:
            return respond(request, Unexpected())


def fields_of(errors: object) -> tuple[Field, ...]:
    """pydantic's findings as `errors` of a problem document: place and message, without the input."""
    found = []
    for each in errors:  # type: ignore[attr-defined]
        place = [str(part) for part in each["loc"]]
        if len(place) > 1 and place[0] in WHERE:
            place = place[1:]
        message = str(each["msg"]).removeprefix("Value error, ")
        found.append(Field(".".join(place)[:LONGEST], message[:LONGEST]))
    return tuple(found[:20])


def bare() -> FastAPI:
    """FastAPI without its pages, its redirects and its own way of saying no."""
    app = FastAPI(
        title="Strongroom", version="1", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False
    )
    app.add_exception_handler(StrongroomError, refused)
    app.add_exception_handler(RequestValidationError, misshapen)
    app.add_exception_handler(HTTPException, framework)
    return app


__all__ = ["App"]
