"""SIEM destinations at the API: what cannot be used is refused by its field, and no secret is ever shown again."""

from __future__ import annotations

from typing import Any

import pytest

from commands.consumers import AdmitConsumer
from commands.ground import system
from domain.destinations import PEM_LIMIT
from domain.provenance import Channel
from ops.crypto.authority import Authority
from tests.api.site import ApiSite, Browser

AUTHORITY = Authority.make()
CLIENT = AUTHORITY.issue("vault.test", ["vault.test"])
OTHER = AUTHORITY.issue("other.test", ["other.test"])
ENCRYPTED = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----"
SECRET = "a webhook secret of more than 32 characters"
HOOK = {"name": "hook", "kind": "webhook", "address": "https://siem.test/events", "secret": SECRET, "reason": "x"}
SYSLOG = {
    "name": "syslog", "kind": "syslog", "address": "siem.test:6514", "reason": "x",
    "authority": AUTHORITY.pair.certificate.decode(), "certificate": CLIENT.certificate.decode(),
    "secret": CLIENT.key.decode(),
}  # fmt: skip
STREAM = {"name": "NATS", "kind": "nats", "address": "AUDIT", "reason": "x"}


@pytest.mark.parametrize("body", [HOOK, SYSLOG], ids=["webhook", "syslog"])
async def test_what_was_added_is_listed_without_its_secret(site: ApiSite, admin: Browser, body: dict[str, Any]) -> None:
    head = site.world.log.head
    made = await admin.post("/siem/destinations", body)
    assert made.status_code == 201, made.text
    (shown,) = (await admin.get("/siem/destinations")).json()["items"]
    assert (shown["id"], shown["name"], shown["position"]) == (made.json()["id"], body["name"], head)
    assert (shown["mutual_tls"], shown["own_authority"]) == (body["kind"] == "syslog",) * 2
    trail = (await admin.get("/audit")).text
    for said in (str(shown), trail, made.text):
        assert body["secret"].splitlines()[-2 if "\n" in body["secret"] else 0] not in said


async def test_the_longest_of_everything_fits_into_an_event(admin: Browser) -> None:
    authority, client = AUTHORITY.pair.certificate.decode(), CLIENT.certificate.decode()
    body = {
        **SYSLOG, "authority": authority * (PEM_LIMIT // len(authority)),
        "certificate": client + authority * ((PEM_LIMIT - len(client)) // len(authority)),
        "secret": CLIENT.key.decode() + "\n" * 7_900,
    }  # fmt: skip
    made = await admin.post("/siem/destinations", body)
    assert made.status_code == 201, made.text


WRONG = [
    (HOOK, {"address": "http://siem.test/"}, "address"),
    (HOOK, {"address": "https://user:word@siem.test/"}, "address"),
    (HOOK, {"address": "https://siem.test/#here"}, "address"),
    (HOOK, {"address": "https:///events"}, "address"),
    (HOOK, {"address": "https://siem.test:99999/"}, "address"),
    (HOOK, {"secret": "short"}, "secret"),
    (HOOK, {"secret": None}, "secret"),
    (HOOK, {"certificate": CLIENT.certificate.decode()}, "certificate"),
    (HOOK, {"authority": "no certificate"}, "authority"),
    (HOOK, {"after": 1_000_000}, "after"),
    (SYSLOG, {"address": "siem.test"}, "address"),
    (SYSLOG, {"address": "siem.test:6514/path"}, "address"),
    (SYSLOG, {"address": "-oProxy:6514"}, "address"),
    (SYSLOG, {"secret": None}, "certificate"),
    (SYSLOG, {"certificate": ""}, "certificate"),
    (SYSLOG, {"certificate": OTHER.certificate.decode()}, "certificate"),
    (STREAM, {"address": "LOG"}, "address"),
    (STREAM, {"secret": SECRET}, "secret"),
    (STREAM, {"authority": AUTHORITY.pair.certificate.decode()}, "authority"),
    (
        SYSLOG,
        {"secret": ENCRYPTED},
        "certificate",
    ),
]


@pytest.mark.parametrize(("body", "wrong", "field"), WRONG)
async def test_what_cannot_be_used_is_refused_by_its_field(
    site: ApiSite, admin: Browser, body: dict[str, Any], wrong: dict[str, Any], field: str
) -> None:
    answer = await admin.post("/siem/destinations", {**body, **wrong})
    assert answer.status_code == 422, answer.text
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert SECRET not in answer.text
    assert (await admin.get("/siem/destinations")).json()["items"] == []


async def test_two_of_one_name_cannot_be_told_apart(admin: Browser) -> None:
    assert (await admin.post("/siem/destinations", HOOK)).status_code == 201
    assert (await admin.post("/siem/destinations", HOOK)).status_code == 409


async def test_consumers_all_read_from_one_stream(admin: Browser) -> None:
    assert (await admin.post("/siem/destinations", STREAM)).status_code == 201
    assert (await admin.post("/siem/destinations", {**STREAM, "name": "another"})).status_code == 409


async def test_consumers_are_listed_by_name_and_no_key_of_theirs(site: ApiSite, admin: Browser) -> None:
    assert (await admin.get("/siem/consumers")).json()["items"] == []
    key = "UDH4RZK6GJXFVJN4SENP7S67XXRZ2IGXYS4VDEKP7TAC6GQVNDERAE4I"
    command = AdmitConsumer(name="soc", public_key=key, subject="audit.>", after=3, operator="root")
    await site.world.system.execute(command, system(Channel.COMMAND_LINE))
    said = await admin.get("/siem/consumers")
    assert [(each["name"], each["after"], each["operator"]) for each in said.json()["items"]] == [("soc", 3, "root")]
    assert key not in said.text


async def test_paused_resumed_tested_and_removed_on_the_record(site: ApiSite, admin: Browser) -> None:
    one = (await admin.post("/siem/destinations", HOOK)).json()["id"]
    before = site.world.log.head
    for step, body in (("pause", {"reason": "x"}), ("resume", None), ("test", None), ("remove", {"reason": "x"})):
        assert (await admin.post(f"/siem/destinations/{one}/{step}", body)).status_code == 200
    assert [event.TOPIC for event in await site.world.events(before)] == [
        "siem.paused", "siem.resumed", "siem.tested", "siem.removed"
    ]  # fmt: skip
    assert (await admin.post(f"/siem/destinations/{one}/test")).status_code == 404
