"""TLS as the server speaks it: what it offers, what it refuses, and a certificate that is replaced while it runs."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from api.tls import Certificate, allowed_hosts
from ops.crypto.certificates import self_signed

NAME = "vault.example"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    return written(folder, *self_signed([NAME, "192.0.2.7"]))


def written(folder: Path, certificate: bytes, key: bytes) -> tuple[Path, Path]:
    (folder / "cert.pem").write_bytes(certificate)
    (folder / "key.pem").write_bytes(key)
    return folder / "cert.pem", folder / "key.pem"


def met(server: ssl.SSLContext, trusted: Path, version: ssl.TLSVersion, ciphers: str = "ALL") -> ssl.SSLObject:
    """A client's side of a handshake, in memory; SSLError when they do not come to terms."""
    client = ssl.create_default_context(cafile=str(trusted))
    client.minimum_version = client.maximum_version = version
    client.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(to_client, to_server, server_hostname=NAME)
    theirs = server.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for side in (ours, theirs):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    ours.do_handshake()
    return ours


V1_1, V1_2, V1_3 = ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


@pytest.mark.parametrize(("version", "speaks"), [(V1_2, "TLSv1.2"), (V1_3, "TLSv1.3")])
def test_it_speaks_1_2_and_1_3_to_who_trusts_its_certificate(
    files: tuple[Path, Path], version: ssl.TLSVersion, speaks: str
) -> None:
    assert met(Certificate(*files).context, files[0], version).version() == speaks


@pytest.mark.parametrize(
    ("version", "ciphers"),
    [(V1_1, "ALL"), (V1_2, "ECDHE-ECDSA-AES256-SHA"), (V1_2, "ECDHE-ECDSA-AES128-SHA256")],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_is_older_or_weaker_is_refused(files: tuple[Path, Path], version: ssl.TLSVersion, ciphers: str) -> None:
    with pytest.raises(ssl.SSLError):
        met(Certificate(*files).context, files[0], version, ciphers)


def test_nothing_below_1_2_is_spoken_whatever_the_system_allows(files: tuple[Path, Path]) -> None:
    """OpenSSL as it is packaged may refuse 1.1 by itself: that is the packager's word, this is ours."""
    context = Certificate(*files).context
    assert context.minimum_version == V1_2
    assert all("ECDHE" in each["name"] or each["protocol"] == "TLSv1.3" for each in context.get_ciphers())
    assert context.options & ssl.OP_NO_COMPRESSION
    assert context.options & ssl.OP_NO_RENEGOTIATION


def test_a_new_certificate_is_taken_up_and_one_that_does_not_fit_its_key_is_not(tmp_path: Path) -> None:
    first, second = self_signed([NAME]), self_signed([NAME])
    paths = written(tmp_path, *first)
    served = Certificate(*paths)
    for pair, shown in (((second[0], first[1]), first[0]), (second, second[0])):
        written(tmp_path, *pair)
        served._take_up()
        (tmp_path / "trusted.pem").write_bytes(shown)
        assert met(served.context, tmp_path / "trusted.pem", V1_3).version() == "TLSv1.3"


@pytest.mark.parametrize(
    ("names", "port", "hosts"),
    [
        ({NAME}, 7272, {f"{NAME}:7272"}),
        ({NAME}, 443, {f"{NAME}:443", NAME}),
        ({"2001:db8::7"}, 7272, {"[2001:db8::7]:7272"}),
    ],
)
def test_hosts_are_the_certificates_names_with_our_port(names: set[str], port: int, hosts: set[str]) -> None:
    assert allowed_hosts(frozenset(names), port) == hosts
