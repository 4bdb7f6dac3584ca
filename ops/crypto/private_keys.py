"""SSH private keys as people paste them: which are taken, how they are kept, and what of them may be shown."""

from __future__ import annotations

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_ssh_private_key,
)

from domain.errors import Invalid
from domain.host_keys import LONGEST_RSA, SHORTEST_RSA, WHY_RSA
from domain.secrets import Secret

LONGEST = 8192
CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})
OPENSSH = b"-----BEGIN OPENSSH PRIVATE KEY-----"
_FIELD = "private_key"

Kept = Ed25519PrivateKey | EllipticCurvePrivateKey | RSAPrivateKey


def private_key_of(pasted: Secret) -> tuple[Secret, str]:
    """The key in one spelling, and its public half as `authorized_keys` has it."""
    key = _checked(_loaded(pasted.reveal().strip()))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return Secret(private.decode()), public.decode()


def _loaded(text: str) -> object:
    """Passphrases are refused: what they cost to try is for whoever made the key to say, and could be hours."""
    if len(text) > LONGEST:
        raise Invalid(f"A private key has at most {LONGEST} characters.", _FIELD)
    encoded = text.encode("utf-8", "replace") + b"\n"
    load = load_ssh_private_key if encoded.startswith(OPENSSH) else load_pem_private_key
    try:
        return load(encoded, None)
    except TypeError:
        raise Invalid(
            "This key has a passphrase. Take it off a copy with `ssh-keygen -p`; here the key is sealed.", _FIELD
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise Invalid("This is not a private key that can be read.", _FIELD) from None


def _checked(key: object) -> Kept:
    match key:
        case Ed25519PrivateKey():
            return key
        case EllipticCurvePrivateKey() if key.curve.name in CURVES:
            return key
        case RSAPrivateKey() if SHORTEST_RSA <= key.key_size <= LONGEST_RSA:
            return key
        case RSAPrivateKey():
            raise Invalid(WHY_RSA, _FIELD)
        case _:
            raise Invalid("Give an Ed25519, ECDSA or RSA key: others are not safe, or not for SSH.", _FIELD)
