"""What every answer carries, whatever made it."""

from __future__ import annotations

import io
import json
import logging
import time

import pytest

from api.observed import EVEN
from api.problems import Pages, kinds, name_of, status_of
from domain import errors, ids
from ops.logging import JsonLines, Log
from tests.api.edge import client
from tests.api.site import ApiSite, Browser

EVERYWHERE = {
    "strict-transport-security": "max-age=63072000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-robots-tag": "noindex",
    "cache-control": "no-store",
}


@pytest.mark.parametrize("path", ["/echo", "/missing", "/broken", "/a//b"])
async def test_security_headers_are_on_every_answer(path: str) -> None:
    answer = await client().get(path)
    assert EVERYWHERE.items() <= dict(answer.headers).items()
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "server" not in answer.headers


async def test_a_fault_of_ours_tells_nothing_and_is_logged_without_its_words() -> None:
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(JsonLines("api"))
    logging.getLogger("strongroom").addHandler(handler)
    answer = await client().get("/broken")
    logging.getLogger("strongroom").removeHandler(handler)
    assert answer.status_code == 500
    assert "hunter2" not in answer.text + kept.getvalue()
    line = json.loads(kept.getvalue().splitlines()[0])
    assert line["error"] == "builtins.RuntimeError"
    assert line["request"] == answer.headers["strongroom-request"]


async def test_equal_refusals_are_equal_bytes() -> None:
    one, other = await client().get("/missing"), await client().get("/missing")
    assert one.content == other.content
    assert list(one.headers) == list(other.headers)


@pytest.mark.parametrize("kind", [each for each in kinds() if each.__module__ == "domain.errors"], ids=name_of)
def test_every_refusal_has_a_status_and_a_page(kind: type[errors.StrongroomError]) -> None:
    assert status_of(kind) != 500
    page = Pages().get(name_of(kind))
    assert page is not None
    assert str(status_of(kind)).encode() in page


def test_a_log_line_holds_only_named_fields() -> None:
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(JsonLines("api"))
    logger = logging.getLogger("strongroom.test")
    logger.addHandler(handler)
    logger.warning("something", extra={"fields": {"count": 1, "password": "hunter2", "route": object()}})
    Log("strongroom.test").warning("more", count=2)
    first, second = map(json.loads, kept.getvalue().splitlines())
    assert (first["count"], second["count"]) == (1, 2)
    assert "hunter2" not in kept.getvalue()
    assert first["route"] == "<object>"


def test_other_peoples_log_lines_keep_their_words_to_themselves() -> None:
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(JsonLines("api"))
    logger = logging.getLogger("somebody.else")
    logger.addHandler(handler)
    logger.error("login failed with hunter2")
    logger.error("login failed with %s", "hunter2")
    assert "hunter2" not in kept.getvalue()
    assert "test_edge.py" in kept.getvalue()


async def test_what_is_not_there_is_answered_at_an_even_moment(site: ApiSite, admin: Browser) -> None:
    """However long it took to find out: the clock must not tell what the answer does not."""
    for path in ("/nothing", f"/accounts/{ids.new()}"):
        began = time.perf_counter()
        assert (await admin.get(path)).status_code == 404
        assert time.perf_counter() - began >= EVEN
