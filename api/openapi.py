"""The OpenAPI document: what the console's client is generated from. `python -m api.openapi` prints it."""

from __future__ import annotations

import json
import sys
from typing import Any

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from starlette.responses import Response

from api.doorman import OPEN
from api.intake import SAFE
from api.shapes import Problem
from api.tokens import COOKIE

REF = "#/components/schemas/"
SESSION = {"type": "apiKey", "in": "cookie", "name": COOKIE}
CSRF = {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"}
"""The other half of a session: what changes something needs both."""


def openapi_router() -> APIRouter:
    routes = APIRouter()

    @routes.get("/openapi.json", include_in_schema=False)
    async def openapi(request: Request) -> Response:
        """The document that you are looking at."""
        return Response(encoded(request.app.routes), media_type="application/json")

    return routes


def document(routes: Any) -> dict[str, Any]:
    """FastAPI's document, with problems where it says otherwise, and with what a caller must bring."""
    made = get_openapi(title="Strongroom", version="1", openapi_version="3.1.0", routes=routes)
    schemas = made["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template=REF + "{model}")
    schemas |= problem.pop("$defs", {}) | {"Problem": problem}
    made["components"]["securitySchemes"] = {"session": SESSION, "csrf": CSRF}
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            _settle(operation)
            operation["security"] = _needs(method.upper(), path)
    return made


def _needs(method: str, path: str) -> list[dict[str, list[str]]]:
    """As the doorman asks for it."""
    if (method, path) in OPEN:
        return []
    return [{"session": []}] if method in SAFE else [{"session": [], "csrf": []}]


def _settle(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    schema = {"$ref": REF + "Problem"}
    for said in responses.values():
        for content in said.get("content", {}).values():
            if "anyOf" in content.get("schema", ()):  # FastAPI calls everything a text that is no document of JSON
                content["schema"].pop("type", None)
    responses["default"] = {"description": "Refused", "content": {"application/problem+json": {"schema": schema}}}


def encoded(routes: Any) -> bytes:
    return (json.dumps(document(routes), indent=1, ensure_ascii=False) + "\n").encode()


def main() -> None:
    from api.app import described
    from api.health import router

    app = described(router(None), openapi_router())  # type: ignore[arg-type]
    sys.stdout.buffer.write(encoded(app.routes))


if __name__ == "__main__":
    main()
