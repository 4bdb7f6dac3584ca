"""Signed notes and checkpoints, as C2SP signed-note, tlog-checkpoint and tlog-cosignature have them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import Self

from ops.crypto.signing import SIGNATURE, SIZE, SigningKey, is_signed
from ops.proof.errors import Malformed, NotSigned
from ops.proof.spelling import base64_bytes, base64_of, is_count

LONGEST = 64 * 1024
HASH = 32
_DASH = "\u2014 "
_ID = 4
_MOMENT = 8


class Algorithm(IntEnum):
    """The kinds of key and signature that are taken here."""

    ED25519 = 1
    COSIGNATURE = 4


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key and the name it signs by; its text is a vkey: `name+id+base64`."""

    name: str
    algorithm: Algorithm
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """From a vkey; Malformed when it is none, or of another algorithm than ours."""
        name, separator, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        content = base64_bytes(encoded, f"the key {text!r}")
        if not separator or not is_name(name) or len(content) != 1 + SIZE or content[0] not in set(Algorithm):
            raise Malformed(f"{text!r} is no Ed25519 verifier key: name+8 hexadecimal digits+base64")
        key = cls(name, Algorithm(content[0]), content[1:])
        if key.id.hex() != key_id:
            raise Malformed(f"the key {text!r} says of itself {key_id}, and is {key.id.hex()}: it was mistyped")
        return key

    @classmethod
    def of_log(cls, name: str, public: bytes) -> Self:
        """The key by which a log of this name signs."""
        return cls(name, Algorithm.ED25519, public)

    @property
    def id(self) -> bytes:
        """What a signature names its key by: four bytes."""
        return sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public).digest()[:_ID]

    def __str__(self) -> str:
        encoded = base64_of(bytes([self.algorithm]) + self.public)
        return f"{self.name}+{self.id.hex()}+{encoded}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: whose it says it is, and its bytes."""

    name: str
    key_id: bytes
    content: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {base64_of(self.key_id + self.content)}"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, and who signed it. That a signature stands there proves nothing until a key says so."""

    text: str
    signatures: tuple[Signature, ...] = ()

    @classmethod
    def parse(cls, content: str) -> Self:
        """Text, an empty line, signatures; Malformed when it is not that."""
        text, separator, lines = content.rpartition("\n\n")
        if not separator or len(content) > LONGEST or not content.endswith("\n"):
            raise Malformed("this is no signed note: text, an empty line, and lines of signatures")
        if any(ord(letter) < 0x20 and letter != "\n" for letter in content):
            raise Malformed("this is no signed note: it holds control characters")
        return cls(text + "\n", tuple(_signature(line) for line in lines[:-1].split("\n") if lines))

    def __str__(self) -> str:
        return self.text + "\n" + "".join(f"{signature}\n" for signature in self.signatures)

    def signed(self, key: SigningKey, name: str) -> Note:
        """The same note, signed by a log's key as `name`."""
        verifier = VerifierKey(name, Algorithm.ED25519, key.public)
        return self.with_(Signature(name, verifier.id, key.sign(self.text.encode())))

    def with_(self, *more: Signature) -> Note:
        """The same note with more signatures; of one that stands there already, the first stays."""
        held = {(each.name, each.key_id) for each in self.signatures}
        return Note(self.text, (*self.signatures, *(each for each in more if (each.name, each.key_id) not in held)))

    def check(self, key: VerifierKey) -> int | None:
        """NotSigned unless `key` signed this text. The moment a cosignature says, in seconds since 1970."""
        mine = [each for each in self.signatures if (each.name, each.key_id) == (key.name, key.id)]
        for signature in mine:
            if is_signed(key.public, *_said(key, self.text, signature.content)):
                return _moment(signature.content) if key.algorithm is Algorithm.COSIGNATURE else None
        why = "its signature does not hold" if mine else "it has no signature of that key"
        raise NotSigned(f"{key.name} did not sign this: {why}")

    def is_signed_by(self, key: VerifierKey) -> bool:
        try:
            self.check(key)
        except NotSigned:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: its name, how many records it has, and the root over their leaves."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def of(cls, note: Note) -> Self:
        """What the note's text says, signed or not; Malformed when it is no checkpoint."""
        lines = note.text.split("\n")
        if len(lines) < 4 or not lines[0] or not is_count(lines[1]):
            raise Malformed("this is no checkpoint: a name, a size and a root, each on a line of its own")
        root = base64_bytes(lines[2], "a checkpoint's root")
        if len(root) != HASH:
            raise Malformed(f"a checkpoint's root has {HASH} bytes, this one {len(root)}")
        return cls(lines[0], int(lines[1]), root)

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64_of(self.root)}\n"


def read_checkpoint(content: str, log: VerifierKey) -> tuple[Checkpoint, Note]:
    """A checkpoint that the log signed; Malformed, or NotSigned."""
    note = Note.parse(content)
    checkpoint = Checkpoint.of(note)
    if checkpoint.origin != log.name:
        raise NotSigned(f"this is a checkpoint of {checkpoint.origin}, not of {log.name}")
    note.check(log)
    return checkpoint, note


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> Note:
    """As the log whose name is the checkpoint's origin."""
    return Note(checkpoint.text).signed(key, checkpoint.origin)


def cosign(note: Note, key: SigningKey, name: str, moment: int) -> Signature:
    """A witness's word, at `moment` (seconds since 1970), that it saw this checkpoint and no other of that size."""
    verifier = VerifierKey(name, Algorithm.COSIGNATURE, key.public)
    signed = key.sign(_cosigned(note.text, moment))
    return Signature(name, verifier.id, moment.to_bytes(_MOMENT) + signed)


def is_name(name: str) -> bool:
    """Whether a key may have this name: neither white space nor a plus in it."""
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name)


def _said(key: VerifierKey, text: str, content: bytes) -> tuple[bytes, bytes]:
    """What is signed, and the signature over it."""
    if key.algorithm is Algorithm.ED25519:
        return text.encode(), content
    if len(content) != _MOMENT + SIGNATURE:
        return b"", b""
    return _cosigned(text, _moment(content)), content[_MOMENT:]


def _moment(content: bytes) -> int:
    return int.from_bytes(content[:_MOMENT])


def _cosigned(text: str, moment: int) -> bytes:
    return f"cosignature/v1\ntime {moment}\n{text}".encode()


def _signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    content = base64_bytes(encoded, "a signature") if line.startswith(_DASH) else b""
    if not is_name(name) or len(content) <= _ID:
        raise Malformed(f"{line[:80]!r} is no line of a signature")
    return Signature(name, content[:_ID], content[_ID:])
