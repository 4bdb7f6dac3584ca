"""Self-signed certificates: made for given names, and told apart from those that an operator brought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LASTS = timedelta(days=825)
OURS = "Strongroom, self-signed"


def self_signed(names: Sequence[str], now: datetime | None = None) -> tuple[bytes, bytes]:
    """Certificate and private key (PEM) of a server that is reached by these names and addresses."""
    key = ec.generate_private_key(ec.SECP256R1())
    start = now or datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, OURS),
                         x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])  # fmt: skip
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(start - timedelta(minutes=5))
        .not_valid_after(start + LASTS)
        .add_extension(x509.SubjectAlternativeName([general_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return certificate.public_bytes(Encoding.PEM), private


def ends_at(certificate: bytes) -> datetime:
    """When a certificate (PEM, the first of a chain) stops being valid."""
    return x509.load_pem_x509_certificates(certificate)[0].not_valid_after_utc


def is_ours(certificate: bytes) -> bool:
    """Whether we signed it ourselves: then we may replace it; an operator's own is his to renew."""
    found = x509.load_pem_x509_certificates(certificate)[0]
    return any(name.value == OURS for name in found.issuer.get_attributes_for_oid(NameOID.ORGANIZATION_NAME))


def names_in(certificate: bytes) -> frozenset[str]:
    """The names and addresses a certificate is good for."""
    found = x509.load_pem_x509_certificates(certificate)[0]
    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return frozenset()
    return frozenset(str(name.value) for name in names)


def belong_together(certificate: bytes, key: bytes) -> bool:
    """Whether this private key is the certificate's."""
    try:
        found = load_pem_private_key(key, password=None).public_key()
    except ValueError:
        return False
    return found == x509.load_pem_x509_certificates(certificate)[0].public_key()


def general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
