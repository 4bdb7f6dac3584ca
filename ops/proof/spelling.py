"""How bytes and numbers are written in notes and proofs: each in one spelling, so that nothing can be written twice."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode

from ops.proof.errors import Malformed

_MOST_DIGITS = 19


def base64_of(content: bytes) -> str:
    return b64encode(content).decode()


def base64_bytes(text: str, what: str) -> bytes:
    """The bytes; Malformed when the text is not exactly what `base64_of` gives for them."""
    try:
        content = b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise Malformed(f"{what} is not base64") from None
    if base64_of(content) != text:
        raise Malformed(f"{what} is not base64 in its one spelling")
    return content


def is_count(text: str) -> bool:
    """Whether it is a number from 0 on in decimal digits, none of them a zero that could be left out."""
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and str(int(text)) == text
