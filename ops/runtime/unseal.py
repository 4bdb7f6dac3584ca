"""`strongroom keys unseal`: brings a share or a passphrase to the door of a sealed vault."""

from __future__ import annotations

import http.client
import json
import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ops.runtime import certificates, listening
from ops.runtime.process import StartError
from ops.settings import Settings

RESOURCE = "/api/v1/unseal"
SECONDS = 100.0
LARGEST = 64 * 1024
OPEN = (401, 404)
"""What a vault that is not sealed answers to that."""
Unseen = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it, in words."""

    said: str
    refused: bool


def bring(settings: Settings, address: str | None, ca: Path | None, unseen: Unseen) -> Done:
    """Ask the vault how it stands, then whoever sits here for what it wants. StartError says why there is no door."""
    door = _Door.of(settings, address, ca)
    standing = door.ask("GET")
    shares = standing["provider"] == "shares"
    wanted = f"Share {standing['have'] + 1} of {standing['need']}: " if shares else "Passphrase of the roots: "
    said = door.ask("POST", {"secret": unseen(wanted) if sys.stdin.isatty() else sys.stdin.readline().strip()})
    if said["refused"]:
        return Done(f"Not taken: {said['refused']}.", refused=True)
    if not said["sealed"]:
        return Done("The vault is open, and starts.", refused=False)
    return Done(f"Taken: {said['have']} of {said['need']} shares are there.", refused=False)


@dataclass(frozen=True, slots=True)
class _Door:
    """Where it is, and how it is known."""

    address: str
    context: ssl.SSLContext

    @classmethod
    def of(cls, settings: Settings, address: str | None, ca: Path | None) -> _Door:
        try:
            if address is None:
                settings = listening.as_noted(settings)
                address, ca = certificates.address(settings), ca or certificates.certificate_file(settings)
            return cls(address, ssl.create_default_context(cafile=ca))
        except (OSError, ssl.SSLError) as error:
            raise StartError(f"{ca} is no certificate that could be used: name the vault's own with --ca") from error

    def ask(self, method: str, body: object = None) -> dict[str, Any]:
        """Its answer; StartError when it is not sealed, or does not answer."""
        where = urlsplit(self.address)
        if where.scheme != "https" or not where.hostname:
            raise StartError(f"{self.address} is no address of a vault: write https://HOST:PORT")
        try:
            connection = http.client.HTTPSConnection(
                where.hostname, where.port or 443, timeout=SECONDS, context=self.context
            )
            sent = None if body is None else json.dumps(body)
            connection.request(method, RESOURCE, sent, {"Content-Type": "application/json"} if sent else {})
            answer = connection.getresponse()
            said = json.loads(answer.read(LARGEST))
            connection.close()
        except (OSError, ValueError, http.client.HTTPException) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise StartError(f"{self.address} does not answer as a vault does ({why})") from error
        if not isinstance(said, dict) or "sealed" not in said:
            detail = said.get("detail") if isinstance(said, dict) and answer.status not in OPEN else None
            raise StartError(str(detail) if detail else f"the vault at {self.address} is not sealed")
        return said
