"""The application: what every request passes through, and the routers, listed one a line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api import (
    access,
    accounts,
    alarms,
    audit,
    batches,
    consumers,
    dashboard,
    destinations,
    disclosures,
    exports,
    feed,
    imports,
    live,
    preferences,
    probes,
    proofs,
    resets,
    resources,
    seen,
    seers,
    sessions,
    settings,
    sight,
    system,
    timelines,
    users,
    ways,
)
from api.asgi import App
from api.caller import Services
from api.console import Console
from api.context import context_of
from api.doorman import Doorman
from api.health import Health
from api.health import router as health_router
from api.hot import HotRoutes
from api.intake import Intake
from api.live import Live, LiveRoute
from api.observed import PREFIX, Observed, route_of
from api.openapi import document, openapi_router
from api.problems import Field, Malformed, MethodNotAllowed, Unexpected, WrongShape, answer, name_of
from api.shapes import fields_of
from api.site import Site
from commands.troubles import translated
from domain.errors import NotFound, StrongroomError
from ops.ledger.errors import LedgerError


def respond(request: Request, refusal: StrongroomError, fields: tuple[Field, ...] = ()) -> Response:
    """The problem document of a refusal that a route raised."""
    context_of(request.scope).problem = name_of(type(refusal))
    said = answer(refusal, fields)
    response = Response(said.body, said.status)
    response.raw_headers.extend(said.headers)
    return response


async def troubled(request: Request, trouble: Exception) -> Response:
    assert isinstance(trouble, LedgerError)
    return respond(request, translated(trouble))


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


async def faulty(request: Request, fault: Exception) -> Response:
    """A fault of ours. It is raised again behind this, for the edge to log; the framework's own words are not ours."""
    return respond(request, Unexpected())


async def only_known_parameters(request: Request) -> None:
    """A query parameter that the route does not know, or that comes twice, must not pass in silence."""
    known = request.app.state.parameters.get(
        (request.method.lower(), route_of(request.scope, context_of(request.scope))), {}
    )
    given = [name for name, _ in request.query_params.multi_items()]
    wrong = {name for name in given if name not in known or (given.count(name) > 1 and not known[name])}
    if wrong:
        raise RequestValidationError([{"loc": ("query", name), "msg": "unknown, or twice"} for name in sorted(wrong)])


def parameters_in(made: dict[str, Any]) -> dict[tuple[str, str], dict[str, bool]]:
    """The query parameters of every route in the document, and which of them may come several times."""
    return {
        (method, path): {
            each["name"]: "array" in str(each["schema"])
            for each in operation.get("parameters", ())
            if each["in"] == "query"
        }
        for path, methods in made["paths"].items()
        for method, operation in methods.items()
    }


def described(*more: APIRouter) -> FastAPI:
    """FastAPI without its pages, its redirects and its own way of saying no; all routers, one a line."""
    app = FastAPI(
        title="Strongroom",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # ours says what may be said of a request
        generate_unique_id_function=lambda route: route.name,
    )
    for router in (
        dashboard.router,
        sessions.router,
        settings.router,
        sight.router,
        users.router,
        resources.router,
        access.router,
        accounts.router,
        timelines.router,
        disclosures.router,
        resets.router,
        batches.router,
        imports.router,
        probes.router,
        alarms.router,
        ways.router,
        audit.router,
        proofs.router,
        seers.router,
        consumers.router,
        destinations.router,
        feed.router,
        seen.router,
        exports.router,
        preferences.router,
        system.router,
        live.router,
        *more,
    ):
        app.include_router(router, prefix=PREFIX, dependencies=[Depends(only_known_parameters)])
    app.state.parameters = parameters_in(document(app.routes))
    app.add_exception_handler(StrongroomError, refused)
    app.add_exception_handler(LedgerError, troubled)
    app.add_exception_handler(RequestValidationError, misshapen)
    app.add_exception_handler(HTTPException, framework)
    app.add_exception_handler(Exception, faulty)
    return app


def assembled(services: Services, streams: Live, health: Health, site: SiteParts) -> App:
    """All that a request passes, from the inside out."""
    api: App = described(health_router(health), openapi_router())
    api = LiveRoute(api, streams)
    api = HotRoutes(api)
    api = Doorman(api, services)
    whole: App = Site(api, site.console, site.measure)
    whole = Intake(whole, site.hosts)
    return Observed(whole)


@dataclass(frozen=True, slots=True)
class SiteParts:
    """What is served beside the API."""

    console: Console
    hosts: frozenset[str]
    measure: Callable[[], Awaitable[None]]
