"""Roots in a PKCS#11 token: keys for HMAC that never leave it. What is derived is computed inside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11 import exceptions as trouble

from ops.crypto import labels
from ops.crypto.keyfiles import KeyFileError

BITS = 256
_KEPT = {
    Attribute.TOKEN: True, Attribute.PRIVATE: True, Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False,
    Attribute.MODIFIABLE: False, Attribute.SIGN: True, Attribute.VERIFY: False, Attribute.ENCRYPT: False,
    Attribute.DECRYPT: False, Attribute.WRAP: False, Attribute.UNWRAP: False, Attribute.DERIVE: False,
}  # fmt: skip
"""The token keeps it, shows it to nobody, and computes HMACs by it and nothing else."""
_SAID = {
    trouble.PinIncorrect: "the PIN is wrong: after a few more wrong ones the token locks itself",
    trouble.PinLocked: "the PIN is locked after wrong ones: its security officer has to set a new one",
    trouble.NoSuchToken: "there is no token of that name: is it plugged in, and does its library find it?",
    trouble.MultipleTokensReturned: "several tokens have that name: give each its own",
    trouble.UserPinNotInitialized: "the token has no PIN yet: set one by its own tools",
}


@dataclass(slots=True)
class Token:
    """A token that somebody has signed in to, for as long as this process lives."""

    log_id: UUID
    name: str
    session: Any = field(repr=False)

    @classmethod
    def open(cls, log_id: UUID, how: Mapping[str, Any], pin: str) -> Self:
        """`how` names the `module` (a shared library) and the `token`. KeyFileError says what is wrong."""
        try:
            module, name = str(how["module"]), str(how["token"])
            found = pkcs11.lib(module).get_token(token_label=name)
            return cls(log_id, name, found.open(user_pin=pin, rw=True))
        except KeyError as error:
            raise KeyFileError("roots.json does not say which token holds the roots") from error
        except (trouble.PKCS11Error, RuntimeError, OSError) as error:
            raise _complaint(how.get("token"), error) from error

    def root(self, tier: str) -> TokenRoot:
        return TokenRoot(self, tier)

    def has(self, tier: str) -> int:
        """How many versions of this root are there, from the first without a gap."""
        try:
            found = [bytes(key.id) for key in self.session.get_objects(self._template(tier))]
        except trouble.PKCS11Error as error:
            raise _complaint(self.name, error) from error
        numbers = sorted(int.from_bytes(each) for each in found)
        if numbers != list(range(1, len(numbers) + 1)):
            raise KeyFileError(
                f"token {self.name} has versions {numbers} of the {tier} root: some are missing, or twice"
            )
        return len(numbers)

    def put(self, tier: str, version: int, root: bytes) -> None:
        """Bring a version along that was made elsewhere; it cannot be had back from here."""
        self._kept(lambda: self.session.create_object({
            **_KEPT, Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.KEY_TYPE: KeyType.GENERIC_SECRET,
            Attribute.VALUE: root, **self._named(tier, version),
        }))  # fmt: skip

    def make(self, tier: str) -> None:
        """One more version, made inside."""
        named = self._named(tier, self.has(tier) + 1)
        self._kept(lambda: self.session.generate_key(KeyType.GENERIC_SECRET, BITS, template={**_KEPT, **named}))

    def sign(self, tier: str, version: int, message: bytes) -> bytes:
        """HMAC-SHA-256 under a version; LookupError when there is none."""
        try:
            (key,) = self.session.get_objects({**self._template(tier), Attribute.ID: version.to_bytes(4)})
        except ValueError:
            raise LookupError(f"token {self.name} has no version {version} of the {tier} root") from None
        except trouble.PKCS11Error as error:
            raise _complaint(self.name, error) from error
        signed: bytes = self._kept(lambda: bytes(key.sign(message, mechanism=Mechanism.SHA256_HMAC)))
        return signed

    def _kept(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except trouble.PKCS11Error as error:
            raise _complaint(self.name, error) from error

    def _template(self, tier: str) -> dict[Attribute, object]:
        return {Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.LABEL: self._label(tier)}

    def _named(self, tier: str, version: int) -> dict[Attribute, object]:
        return {Attribute.LABEL: self._label(tier), Attribute.ID: version.to_bytes(4)}

    def _label(self, tier: str) -> str:
        return f"strongroom/{self.log_id}/{tier}"


@dataclass(frozen=True, slots=True)
class TokenRoot:
    """One root there."""

    token: Token
    tier: str

    def newest(self) -> int:
        return self.token.has(self.tier)

    def derive(self, version: int, info: bytes) -> bytes:
        return self.token.sign(self.tier, version, info + b"\x01")

    def fingerprint(self) -> bytes:
        return self.derive(1, labels.FINGERPRINT)


def _complaint(name: object, error: Exception) -> KeyFileError:
    said = next((text for kind, text in _SAID.items() if isinstance(error, kind)), None)
    return KeyFileError(f"token {name}: {said or f'its library said {type(error).__name__}: {error}'.rstrip(': ')}")
