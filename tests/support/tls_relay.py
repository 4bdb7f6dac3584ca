"""A stand-in for a PostgreSQL that speaks TLS: the wheel's is built without, so a relay in front of its socket does.

It answers PostgreSQL's SSLRequest, does the handshake, and passes bytes. Told whom to let in, it does
what `cert` does in pg_hba.conf: whoever shows no certificate of the authority, or one that the map does not know, is
not passed on.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

LetsIn = Callable[[str, str, str], bool]
"""Whether one by this name is let in as that role, to that database."""
SSL_REQUEST = (8).to_bytes(4) + (80877103).to_bytes(4)


@dataclass(frozen=True)
class Authority:
    """A certificate authority of a test, and one server certificate by it."""

    ca: Path
    certificate: Path
    key: Path

    @classmethod
    def make(cls, folder: Path, host: str) -> Authority:
        ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        authority = _certificate("A test's authority", ca_key, "A test's authority", ca_key, None)
        made = _certificate(host, key, "A test's authority", ca_key, host)
        found = cls(folder / "ca.pem", folder / "server.pem", folder / "server.key")
        found.ca.write_bytes(authority.public_bytes(Encoding.PEM))
        found.certificate.write_bytes(made.public_bytes(Encoding.PEM))
        found.key.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return found


def _certificate(
    subject: str, key: ec.EllipticCurvePrivateKey, issuer: str, by: ec.EllipticCurvePrivateKey, host: str | None
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder(_name(issuer), _name(subject), key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
    )
    if host is not None:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    return builder.sign(by, hashes.SHA256())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@contextlib.contextmanager
def tls_relay(socket: Path, authority: Authority, port: int, lets_in: LetsIn | None = None) -> Iterator[int]:
    """Relays 127.0.0.1:`port` to `socket`, in a thread of its own; `lets_in` judges who asks to be which role."""
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(authority.certificate, authority.key)
    if lets_in is not None:
        trust.load_verify_locations(authority.ca)
        trust.verify_mode = ssl.CERT_REQUIRED
    loop, ready = asyncio.new_event_loop(), threading.Event()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            if await reader.readexactly(8) != SSL_REQUEST:
                writer.close()  # who does not ask for TLS is not spoken to
                return
            writer.write(b"S")
            await writer.drain()
            await writer.start_tls(trust)
            began = await _begun(reader)
            role, wanted = _asked(began)
            if lets_in is not None and not lets_in(_shown(writer), role, wanted):
                writer.write(_turned_away(role))
                await writer.drain()
                writer.close()
                return
            inner, out = await asyncio.open_unix_connection(socket)
            out.write(began)
            await asyncio.gather(_pass(reader, out), _pass(inner, writer))

    async def serve() -> None:
        server = await asyncio.start_server(carry, "127.0.0.1", port)
        ready.set()
        async with server:
            await server.serve_forever()

    def run() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(serve())
        loop.run_until_complete(_all_ended())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks(loop)])
        thread.join(10)


async def _all_ended() -> None:
    """Those who were being carried, and are told by now to stop."""
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)


async def _begun(reader: asyncio.StreamReader) -> bytes:
    """A client's first message: as what it wants to be let in."""
    length = await reader.readexactly(4)
    return length + await reader.readexactly(int.from_bytes(length) - 4)


def _asked(began: bytes) -> tuple[str, str]:
    """(role, database)"""
    words = began[8:].decode().split("\0")
    said = dict(zip(words[::2], words[1::2], strict=False))
    return said["user"], said["database"]


def _turned_away(role: str) -> bytes:
    """What PostgreSQL says to somebody whose certificate is that of another."""
    said = ("SFATAL", "VFATAL", "C28000", f'Mcertificate authentication failed for user "{role}"', "", "")
    fields = "\0".join(said).encode()
    return b"E" + (4 + len(fields)).to_bytes(4) + fields


def _shown(writer: asyncio.StreamWriter) -> str:
    """The name in the certificate."""
    subject = writer.get_extra_info("peercert")["subject"]
    return next(str(value) for part in subject for name, value in part if name == "commonName")


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, asyncio.CancelledError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    writer.close()
