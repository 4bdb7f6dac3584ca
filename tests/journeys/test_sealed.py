"""Roots that are sealed: two administrators say so, and the vault starts when people bring what opens it."""

from __future__ import annotations

import re
import signal
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from os import kill
from pathlib import Path
from typing import Any

import httpx
import pytest

from ops.crypto.roots import NAME
from ops.runtime import certificates
from tests.journeys.test_rotation import is_ready
from tests.support.installation import Installation, installation
from tests.support.terminal import Answer, two, typed
from tests.support.token import MODULE, PIN, SoftToken

OWN, OTHER = "correct horse battery staple", "another horse, another battery"
ADMIN, VERA = ("admin", OWN), ("vera", OTHER)
PASSPHRASE = "nobody says these six words aloud"
SERVER = {"name": "db1", "type": "linux", "address": "db1.test"}
RESOURCE = "/api/v1/unseal"
CLOSED = [
    ("GET", "/"), ("GET", "/metrics"), ("GET", "/problems/sealed"), ("GET", "/api/v1/users"), ("GET", "/api/v1/status"),
    ("POST", "/api/v1/sessions"), ("PUT", "/api/v1/settings"), ("DELETE", f"{RESOURCE}/x"), ("GET", "/unseal/x"),
    ("GET", "/api/v1/openapi.json"), ("POST", "/api/v1/health/live/x"),
]  # fmt: skip
SHARE = re.compile(r"Enter shows it: \s+((?:[a-z]+\s+){33})Write")


@pytest.fixture
def vault() -> Iterator[Installation]:
    yield from installation(OWN)


async def lived_in(vault: Installation) -> str:
    """Two administrators, and an account with a password: its id."""
    async with vault.visitor() as admin:
        await admin.sign_in(*ADMIN)
        body = {"username": "vera", "display_name": "Vera", "roles": ["administrator"]}
        invited = (await admin.post("/users", body))["invitation"]
        await admin.post("/invitations/accept", {"token": invited, "password": OTHER})
        resource = (await admin.post("/resources", SERVER))["id"]
        account = await admin.post(f"/resources/{resource}/accounts", {"username": "root", "password": "first"})
        return str(account["id"])


async def shown(vault: Installation, account: str) -> str:
    async with vault.visitor() as admin:
        await admin.sign_in(*ADMIN)
        said = await admin.post(f"/accounts/{account}/disclosures", {"reason": "x", "purpose": "view"})
        return str(said["password"])


async def recorded(vault: Installation, topic: str) -> list[dict[str, Any]]:
    async with vault.visitor() as admin:
        await admin.sign_in(*ADMIN)
        found = await admin.until(f"/audit?topic={topic}", lambda said: said["items"])
        return list(found["items"])


def plain(vault: Installation) -> list[Path]:
    return [path for path in vault.settings.keys.iterdir() if path.name.endswith(".root")]


def shares_in(said: str) -> list[str]:
    return [" ".join(each.split()) for each in SHARE.findall(said)]


def sealed_by_shares(vault: Installation, back: Sequence[Answer], code: int = 0) -> list[str]:
    """Two of three; `back`: what is typed back."""
    asked: list[tuple[str, Answer]] = []
    for _ in range(3):
        asked += [("shows it: ", ""), ("takes it away: ", "")]
    number = 0
    for each in back:
        asked.append((f"Type {number + 1} of 2 shares back: ", each))
        number += callable(each)
    words = ["keys", "protect", "--by", "shares", "--threshold", "2", "--shares", "3"]
    said = typed(vault, words, [*two(ADMIN, VERA), *asked], code)
    assert "\033[3J" in said, "what was shown is taken away"
    return shares_in(said)


def nth(number: int) -> Answer:
    return lambda said: shares_in(said)[number]


def anew(vault: Installation, **told: str) -> str:
    vault.down()
    vault.told = told
    return vault.starts()


def ready(vault: Installation) -> None:
    assert vault.process is not None
    assert vault.process.stdout is not None
    for line in vault.process.stdout:
        if "ready" in line:
            return
    raise AssertionError(vault.complaints)


def door(vault: Installation) -> httpx.Client:
    context = ssl.create_default_context(cafile=str(certificates.certificate_file(vault.settings)))
    return httpx.Client(verify=context, base_url=vault.address, timeout=10)


@pytest.mark.slow
async def test_shares_open_what_they_sealed_and_nothing_else_does(vault: Installation) -> None:
    account = await lived_in(vault)
    old = vault.settings.keys / "event.root"
    root = old.read_bytes()
    shares = sealed_by_shares(vault, [nth(2), "no share at all", nth(0)])
    assert len(shares) == 3
    assert plain(vault) == []
    assert root not in (vault.settings.keys / NAME).read_bytes()
    (begun,) = await recorded(vault, "root-protection.begun")
    assert await recorded(vault, "root-protection.ended")
    assert "is sealed, and waits for 2 shares" in anew(vault)
    with door(vault) as visitor:
        refuses_everything(visitor, vault)
        takes_shares(visitor, vault, shares)
    ready(vault)
    assert await shown(vault, account) == "first"
    (done,) = await recorded(vault, "unsealing.done")
    assert begun["position"] < done["position"]
    assert vault.asked("ledger", "verify").returncode == 1, "without shares nobody reads the log"
    both = [("Share 1 of 2: ", shares[1]), ("Share 2 of 2: ", shares[2])]
    assert "streams hold" in typed(vault, ["ledger", "verify", "--level", "rows"], both)


def refuses_everything(visitor: httpx.Client, vault: Installation) -> None:
    """Health and the door answer, and no server runs that could know anything."""
    assert visitor.get("/api/v1/health/live").status_code == 200
    assert visitor.get("/api/v1/health/ready").status_code == 503
    for method, path in CLOSED:
        answer = visitor.request(method, path)
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/sealed"), (method, path)
        assert answer.headers["strict-transport-security"]
    assert visitor.delete(RESOURCE).status_code == 405
    assert visitor.get(RESOURCE, headers={"host": "elsewhere.test"}).status_code == 421
    assert not list((vault.state / "run").glob(".s.PGSQL*")), "PostgreSQL does not run"
    assert "the vault is sealed: nothing runs but its door" in vault.asked("doctor").stdout
    page = visitor.get("/unseal")
    assert "2 people" in page.text
    assert "script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def takes_shares(visitor: httpx.Client, vault: Installation, shares: Sequence[str]) -> None:
    """By the API, the command line and the page; what does not help is refused, and does not count."""
    wrong = " ".join([*shares[0].split()[:-1], "academic"])
    refused = visitor.post(RESOURCE, json={"secret": wrong})
    assert (refused.status_code, refused.json()["have"]) == (403, 0)
    assert wrong not in refused.text
    bodies: list[Any] = [{"secret": 1}, {"share": shares[0]}, [], {"secret": shares[0], "more": 1}]
    for body in bodies:
        assert visitor.post(RESOURCE, json=body).status_code == 422
    assert visitor.post(RESOURCE, json={"secret": "x" * 5000}).status_code == 413
    first = vault.asked("keys", "unseal", told=f"{shares[0]}\n")
    assert (first.returncode, first.stdout) == (0, "Taken: 1 of 2 shares are there.\n"), first.stderr
    again = visitor.post(RESOURCE, json={"secret": shares[0]})
    assert (again.status_code, again.json()["have"]) == (403, 1)
    assert vault.process is not None
    found = subprocess.check_output(["pgrep", "-P", str(vault.process.pid), "-f", "strongroom.py door"], text=True)
    kill(int(found), signal.SIGKILL)
    assert eventually(visitor).json()["have"] == 1, "what was brought is kept by the supervisor"
    other = {"secret": shares[1]}
    assert visitor.post("/unseal", data=other, headers={"sec-fetch-site": "cross-site"}).status_code == 400
    assert "script" not in (last := visitor.post("/unseal", data=other)).text
    assert (last.status_code, "It starts now" in last.text) == (200, True)


def eventually(visitor: httpx.Client) -> httpx.Response:
    for _ in range(100):
        try:
            return visitor.get(RESOURCE)
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("the door did not come back")


@pytest.mark.slow
async def test_shares_that_are_not_typed_back_seal_nothing(vault: Installation) -> None:
    await lived_in(vault)
    before = {path.name: path.read_bytes() for path in plain(vault)}
    for words, says in (
        (["--by", "shares", "--threshold", "9", "--shares", "5"], "9 of 5 shares is not possible"),
        (["--by", "pkcs11"], "--module FILE --token NAME"),
    ):
        said = typed(vault, ["keys", "protect", *words], [], 1)
        assert says in said
        assert "Traceback" not in said
    short = typed(vault, ["keys", "protect", "--by", "passphrase"], [("phrase: ", "short"), ("again: ", "short")], 1)
    assert "16 to 1024 characters" in short
    sealed_by_shares(vault, ["wrong"] * 5, 1)
    assert {path.name: path.read_bytes() for path in plain(vault)} == before
    assert not (vault.settings.keys / NAME).exists()
    assert await recorded(vault, "root-protection.given-up")


def by_passphrase(vault: Installation, said: str = PASSPHRASE) -> str:
    asked: list[tuple[str, Answer]] = [("New passphrase: ", said), ("The same again: ", said)]
    return typed(vault, ["keys", "protect", "--by", "passphrase"], [*asked, *two(ADMIN, VERA)])


def environment(vault: Installation, child: str) -> bytes:
    return Path(f"/proc/{vault.pid(child)}/environ").read_bytes()


def told(vault: Installation, secret: str) -> str:
    """A file with what opens the roots."""
    path = vault.folder / "unlock"
    path.write_text(f"{secret}\n")
    path.chmod(0o600)
    return str(path)


@pytest.mark.slow
async def test_a_passphrase_opens_at_each_start_and_a_rotation_goes_on_under_it(vault: Installation) -> None:
    account = await lived_in(vault)
    assert "kept by passphrase now" in by_passphrase(vault)
    assert "ready" in anew(vault, STRONGROOM_UNLOCK_FILE=told(vault, PASSPHRASE))
    assert await shown(vault, account) == "first"
    assert b"UNLOCK" not in environment(vault, "api")
    asks: list[tuple[str, Answer]] = [("Passphrase of the roots: ", PASSPHRASE)]
    said = typed(vault, ["keys", "rotate", "--tier", "secret"], [*asks, *two(ADMIN, VERA)])
    assert "All secret keys lie under version 2 now" in said
    await is_ready(vault)
    assert await shown(vault, account) == "first"
    vault.down()
    vault.told = {"STRONGROOM_UNLOCK_FILE": told(vault, "some other words that are wrong")}
    assert vault.starts() == ""
    assert "does not open the roots" in vault.complaints
    certificates.certificate_file(vault.settings).unlink()
    assert "is sealed, and waits for its passphrase" in anew(vault), "a certificate that is gone is made anew first"
    refused = vault.asked("keys", "unseal", told="some other words that are wrong\n")
    assert (refused.returncode, refused.stdout) == (1, "Not taken: that does not open the roots.\n")
    assert vault.asked("keys", "unseal", told=f"{PASSPHRASE}\n").returncode == 0
    ready(vault)
    assert await shown(vault, account) == "first"
    assert len(await recorded(vault, "unsealing.done")) == 2
    assert vault.asked("keys", "unseal", told="x\n").stderr.endswith("is not sealed\n")
    typed(vault, ["keys", "protect", "--by", "file"], [*asks, *two(ADMIN, VERA)])
    assert sorted(path.name for path in plain(vault)) == ["event.root", "secret.root"]
    assert "ready" in anew(vault)
    assert await shown(vault, account) == "first"


@pytest.mark.slow
async def test_a_token_keeps_the_roots_and_gives_none_away(vault: Installation) -> None:
    token = SoftToken.made(vault.folder / "token")
    account = await lived_in(vault)
    words = ["keys", "protect", "--by", "pkcs11", "--module", str(MODULE), "--token", token.label]
    asks: list[tuple[str, Answer]] = [("PIN of the token: ", PIN)]
    assert "kept by pkcs11 now" in typed(vault, words, [*asks, *two(ADMIN, VERA)], env=token.env)
    assert plain(vault) == []
    pin = told(vault, PIN)
    assert "ready" in anew(vault, STRONGROOM_UNLOCK_FILE=pin, **token.env)
    assert await shown(vault, account) == "first"
    said = typed(vault, ["keys", "rotate", "--tier", "event"], [*asks, *two(ADMIN, VERA)], env=token.env)
    assert "All event keys lie under version 2 now" in said
    await is_ready(vault)
    assert await shown(vault, account) == "first"
    assert "gives none away" in typed(vault, ["keys", "protect", "--by", "file"], asks, 1, token.env)
    assert "streams hold" in typed(vault, ["ledger", "verify", "--level", "rows"], asks, env=token.env)
