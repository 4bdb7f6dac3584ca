"""Seals passwords, verifiers and seeds under secret keys, so that who reads events still cannot read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from secrets import token_bytes
from uuid import UUID

from domain import ids
from domain.secrets import SealedSecret, Secret
from ops.crypto.aead import NotOpened
from ops.crypto.keyring import DataKey, Keyring, scope_of
from ops.ledger.errors import SecretTampered

VERSION = b"\x01"
NONCE = 12
STEP = 64
LONGEST = 32 * 1024
_LABEL = b"strongroom/secret/1"
_LENGTH = 4
_HEAD = 9 + NONCE
_NO_DAY = date(1970, 1, 1)


class Sealer:
    """Binds each secret to its owner's stream, its field and its own id: moved elsewhere, it does not open."""

    def __init__(
        self, log_id: UUID, keyring: Keyring,
        random: Callable[[int], bytes] = token_bytes, new_id: Callable[[], UUID] = ids.new,
    ) -> None:  # fmt: skip
        self._log_id = log_id.bytes
        self._keyring = keyring
        self._random = random
        self._new_id = new_id

    async def seal(self, secret: Secret, owner: UUID, field: str, scope: UUID | None = None) -> SealedSecret:
        """`secret` for `field` of `owner`, under the key of `scope` (the owner's own, unless named)."""
        key = await self._keyring.data_key(scope_of(scope or owner, _NO_DAY))
        secret_id, nonce = self._new_id(), self._random(NONCE)
        bound = self._bound(owner, field, secret_id)
        sealed = key.aead.encrypt(nonce, _padded(secret.reveal().encode()), bound)
        return SealedSecret(secret_id, VERSION + key.id.to_bytes(8) + nonce + sealed)

    async def open(self, sealed: SealedSecret, owner: UUID, field: str) -> Secret:
        """The secret again; SecretTampered when it is not what was sealed for this owner and field."""
        content = sealed.sealed
        if content[:1] != VERSION or len(content) < _HEAD:
            raise SecretTampered(sealed.id)
        key = await self._keyring.by_id(int.from_bytes(content[1:9]))
        return Secret(_unpadded(sealed.id, self._decrypt(key, sealed, self._bound(owner, field, sealed.id))))

    def _decrypt(self, key: DataKey, sealed: SealedSecret, bound: bytes) -> bytes:
        try:
            return key.aead.decrypt(sealed.sealed[9:_HEAD], sealed.sealed[_HEAD:], bound)
        except (NotOpened, ValueError):
            raise SecretTampered(sealed.id) from None

    def _bound(self, owner: UUID, field: str, secret_id: UUID) -> bytes:
        """Only `field` varies in length, and it stands between parts that do not."""
        return _LABEL + self._log_id + owner.bytes + field.encode() + secret_id.bytes


def _padded(content: bytes) -> bytes:
    """Length first, then zeros to a multiple of 64: how long a password is does not show."""
    if len(content) > LONGEST:
        raise ValueError(f"a secret has at most {LONGEST} bytes; larger things are sealed in chunks")
    framed = len(content).to_bytes(_LENGTH) + content
    return framed + bytes(-len(framed) % STEP)


def _unpadded(secret_id: UUID, framed: bytes) -> str:
    end = _LENGTH + int.from_bytes(framed[:_LENGTH])
    if end > len(framed):
        raise SecretTampered(secret_id)
    return framed[_LENGTH:end].decode()
