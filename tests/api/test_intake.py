"""What a request must be before anybody looks at what it wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from api.intake import FILES_AT_ONCE, check_path
from api.problems import Malformed
from tests.api.edge import client

JSON = {"content-type": "application/json"}

REFUSED: dict[str, tuple[bytes, dict[str, str], int]] = {
    "a name twice": (b'{"a": 1, "a": 2}', JSON, 400),
    "a name twice further in": (b'{"a": [{"b": 1, "b": 2}]}', JSON, 400),
    "a name twice, once escaped": (b'{"a": 1, "\\u0061": 2}', JSON, 400),
    "half a document": (b'{"a": ', JSON, 400),
    "two documents": (b"{} {}", JSON, 400),
    "bytes that are not UTF-8": (b'{"a": "\xff"}', JSON, 400),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), JSON, 400),
    "NaN": (b'{"a": NaN}', JSON, 400),
    "infinity": (b'{"a": -Infinity}', JSON, 400),
    "a huge number": (b'{"a": ' + b"9" * 500 + b"}", JSON, 400),
    "NUL in a text": (b'{"a": "x\\u0000y"}', JSON, 400),
    "half a surrogate pair": (b'{"a": ["\\ud800"]}', JSON, 400),
    "a very deep document": (b"[" * 30_000, JSON, 400),
    "text/plain, which needs no preflight": (b"{}", {"content-type": "text/plain"}, 415),
    "a form": (b"a=1", {"content-type": "application/x-www-form-urlencoded"}, 415),
    "no content type": (b"{}", {}, 415),
    "a compressed body": (b"{}", JSON | {"content-encoding": "gzip"}, 415),
    "65 KiB": (b'"' + b"a" * 66_560 + b'"', JSON, 413),
    "another host": (b"{}", JSON | {"host": "evil.example"}, 421),
    "our name on another port": (b"{}", JSON | {"host": "vault.example:1"}, 421),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_it_is_refused_with_a_problem_document(case: str) -> None:
    body, headers, status = REFUSED[case]
    answer = await client().post("/echo", content=body, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["type"].startswith("/problems/")


async def test_a_chunked_body_is_counted_as_it_comes() -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b" " * 1024

    answer = await client().post("/echo", content=chunks(), headers=JSON)
    assert answer.status_code == 413


async def test_so_many_files_come_in_at_a_time_and_no_more() -> None:
    """The ninth is told to wait; everything else goes on, and so does the ninth once one has come in."""
    may_end, begun = asyncio.Event(), asyncio.Semaphore(0)

    async def slow() -> AsyncIterator[bytes]:
        yield b'"'
        begun.release()
        await may_end.wait()
        yield b'"'

    asked = client()
    path = "/api/v1/imports"
    slots = [asyncio.create_task(asked.post(path, content=slow(), headers=JSON)) for _ in range(FILES_AT_ONCE)]
    for _ in slots:
        await begun.acquire()
    answer = await asked.post(path, content=b"{}", headers=JSON)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/busy")
    assert (await asked.post("/echo", content=b"{}", headers=JSON)).status_code == 200
    may_end.set()
    assert {each.status_code for each in await asyncio.gather(*slots)} == {200}
    assert (await asked.post(path, content=b"{}", headers=JSON)).status_code == 200


@pytest.mark.parametrize("length", ["-1", "1e3", "0x10", "5, 5", "9" * 30])
async def test_a_length_that_is_not_one_number_is_refused(length: str) -> None:
    answer = await client().post("/echo", content=b"{}", headers=JSON | {"content-length": length})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path", [b"/a//b", b"/a/../b", b"/a/%2e%2e/b", b"/a%2fb", b"/a\\b", b"/a%00", b"/%c3%a4", b"/a/./b", b"*", b""]
)
def test_a_path_has_one_spelling(path: bytes) -> None:
    with pytest.raises(Malformed):
        check_path(path)


async def test_an_ordinary_body_arrives_as_it_was_sent() -> None:
    body = '{"password": "ünïcode 🗝  \\" $(id)"}'.encode()
    answer = await client().post("/echo", content=body, headers={"content-type": "application/json; charset=utf-8"})
    assert (answer.status_code, answer.content) == (200, body)


async def test_a_method_in_a_header_is_ignored() -> None:
    answer = await client().post("/missing", headers={"x-http-method-override": "GET"})
    assert answer.status_code == 404
