"""Resources and the host keys pinned to them."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from domain import host_keys
from domain.errors import Invalid
from domain.resources import Resource, ResourceType
from tests.domain.people import THING
from tests.support.scenario import Scenario


def field(content: bytes) -> bytes:
    return len(content).to_bytes(4) + content


def key(kind: str = "ssh-ed25519", *parts: bytes) -> str:
    blob = b"".join(field(part) for part in (kind.encode(), *(parts or (b"k" * 32,))))
    return f"{kind} {b64encode(blob).decode()}"


ED25519 = key()
DESCRIBED: dict[str, Any] = {
    "name": "web",
    "type": ResourceType.LINUX,
    "address": "web.example.org",
    "port": None,
    "description": "",
}


def resource(**changes: Any) -> Scenario[Resource]:
    return Scenario(lambda: Resource.describe(THING, **{**DESCRIBED, **changes}))


def test_a_resource_is_described() -> None:
    resource(name=" web ", description="first\n").then_it(lambda r: (r.name, r.description), ("web", "first"))


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"address": "a b"}, {"port": 0}, {"port": 65536}, {"description": "\x00"}]
)
def test_a_resource_that_cannot_be_described_so_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        resource(**changes)
    resource().when(lambda r: r.change(**{**DESCRIBED, **changes})).then_refused(Invalid)


def test_a_resource_is_described_anew_and_keeps_its_host_key() -> None:
    web = resource().given(lambda r: r.pin_host_key(ED25519))
    web.when(lambda r: r.change(**{**DESCRIBED, "port": 2222})).then(Resource.Changed, port=2222, name="web")
    web.then_it(lambda r: r.host_key, ED25519).then_it(lambda r: r.ssh_port, 2222)
    web.when(lambda r: r.change(**{**DESCRIBED, "port": 2222})).then_nothing()


def test_a_host_key_is_pinned_and_unpinned() -> None:
    web = (
        resource().when(lambda r: r.pin_host_key(f"{ED25519} root@web")).then(Resource.HostKeyPinned, host_key=ED25519)
    )
    web.when(lambda r: r.pin_host_key(f"web.example.org {ED25519}")).then_nothing()
    web.when(lambda r: r.pin_host_key(None)).then(Resource.HostKeyUnpinned).then_it(lambda r: r.fingerprint, None)
    web.when(lambda r: r.pin_host_key(None)).then_nothing()


def test_a_reset_needs_a_linux_host_whose_key_is_pinned() -> None:
    resource().when(lambda r: r.check_resettable()).then_refused(Invalid)
    windows = resource(type=ResourceType.WINDOWS).given(lambda r: r.pin_host_key(ED25519))
    windows.when(lambda r: r.check_resettable()).then_refused(Invalid)
    resource().given(lambda r: r.pin_host_key(ED25519)).when(lambda r: r.check_resettable()).then_nothing()


def test_fingerprints_are_those_of_ssh_keygen() -> None:
    known = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
    assert host_keys.fingerprint(host_keys.host_key_of(known)) == "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU"


@pytest.mark.parametrize(
    "line",
    [
        ED25519,
        f"{ED25519} a comment of words",
        f"web,192.0.2.7 {ED25519}",
        f"|1|salt|hash= {ED25519}\n",
        key("ssh-rsa", b"\x01\x00\x01", b"\x00" + b"\xff" * 256),
        key("ssh-rsa", b"\x01\x00\x01", b"\x00" + b"\xff" * 512),
        key("ecdsa-sha2-nistp256", b"nistp256", b"\x04" + b"p" * 64),
    ],
)
def test_public_key_lines_and_lines_of_known_hosts_are_understood(line: str) -> None:
    kept = host_keys.host_key_of(line)
    assert kept in line
    assert host_keys.host_key_of(kept) == kept


@pytest.mark.parametrize(
    "line",
    [
        "",
        "ssh-ed25519",
        "ssh-ed25519 !!!!",
        ED25519[:-8],
        f"{ED25519}\n{ED25519}",
        f"@cert-authority * {ED25519}",
        f"@revoked * {ED25519}",
        key("ssh-dss", b"p"),
        key("ssh-rsa", b"\x01\x00\x01", b"\xff" * 128),
        key("ssh-rsa", b"\x01\x00\x01", b"\x01" + b"\xff" * 512),
        "ssh-ed25519 " + key("ssh-rsa", b"\x01\x00\x01", b"\xff" * 256).split()[1],
        f"a b {ED25519}",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
    ],
)
def test_everything_else_is_no_host_key(line: str) -> None:
    with pytest.raises(Invalid) as refusal:
        host_keys.host_key_of(line)
    assert refusal.value.field == "host_key"
