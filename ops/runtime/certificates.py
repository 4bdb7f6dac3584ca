"""The console's certificate: made for this host's names at the first start, renewed before it ends."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from ops.crypto import certificates
from ops.runtime import files
from ops.runtime.process import StartError
from ops.settings import LOOPBACK, Settings

RENEW = timedelta(days=30)
EVERYWHERE = ("0.0.0.0", "::", "")
REMEDY = "put your pair there, or remove both files, and a new one is made at the start of `strongroom up`"
_UNROUTED = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}


def certificate_file(settings: Settings) -> Path:
    return settings.tls / "cert.pem"


def key_file(settings: Settings) -> Path:
    return settings.tls / "key.pem"


def ensure(settings: Settings, now: datetime | None = None) -> bool:
    """Make the certificate, or a new one when ours is about to end; whether there is a new one now.

    StartError says what is wrong with a pair that only its owner may replace.
    """
    if not _is_due(settings, now or datetime.now(UTC)):
        return False
    files.folder(settings.tls, 0o700)
    certificate, key = certificates.self_signed(names(settings))
    files.write(key_file(settings), key, 0o600)
    files.write(certificate_file(settings), certificate, 0o644)
    return True


def fingerprint(settings: Settings) -> bytes | None:
    """What the pair is known again by; None while it is being replaced, or does not fit together."""
    try:
        present, key = certificate_file(settings).read_bytes(), key_file(settings).read_bytes()
        return sha256(present + key).digest() if certificates.belong_together(present, key) else None
    except (OSError, ValueError):
        return None


def names(settings: Settings) -> list[str]:
    """What people may type to reach this host, the name for people first."""
    own = [public_name(settings), socket.gethostname(), socket.getfqdn(), "localhost", LOOPBACK, "::1"]
    own += _addresses() + ([] if settings.host in EVERYWHERE else [settings.host])
    return list(dict.fromkeys(name for name in own if name))


def public_name(settings: Settings) -> str:
    """The name that stands in the links we print."""
    if settings.host in EVERYWHERE:
        return socket.getfqdn() if "." in socket.getfqdn() else socket.gethostname()
    return "localhost" if settings.host in (LOOPBACK, "::1") else settings.host


def address(settings: Settings) -> str:
    """Where the console is."""
    name = public_name(settings)
    return f"https://{f'[{name}]' if ':' in name else name}:{settings.port}"


def _is_due(settings: Settings, now: datetime) -> bool:
    try:
        present, key = certificate_file(settings).read_bytes(), key_file(settings).read_bytes()
    except FileNotFoundError:
        return _is_replaceable(settings)
    except OSError as error:
        raise StartError(f"{error.filename} cannot be read ({error.strerror}): {REMEDY}") from error
    if not _is_ours(settings, present):
        return False
    return not certificates.belong_together(present, key) or certificates.ends_at(present) - now < RENEW


def _is_replaceable(settings: Settings) -> bool:
    """Whether a pair of which one is missing may be made anew: nobody else's certificate is ever overwritten."""
    present = certificate_file(settings)
    if present.exists() and not _is_ours(settings, present.read_bytes()):
        raise StartError(f"{key_file(settings)} is missing beside a certificate that is not ours: {REMEDY}")
    return True


def _is_ours(settings: Settings, pem: bytes) -> bool:
    try:
        return certificates.is_ours(pem)
    except ValueError as error:
        raise StartError(f"{certificate_file(settings)} is no certificate (PEM): {REMEDY}") from error


def _addresses() -> list[str]:
    """The addresses by which this host reaches others. Nothing is sent: a datagram socket only looks up the route."""
    found = []
    for family, there in _UNROUTED.items():
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((there, 9))
                found.append(str(probe.getsockname()[0]))
        except OSError:
            continue
    return found
