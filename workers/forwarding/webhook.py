"""Webhooks: batches of CloudEvents by HTTPS POST, signed over the time and the body; an answer of 2xx takes them."""

from __future__ import annotations

import asyncio
import hmac
import json
import socket
import ssl
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from domain.secrets import Secret
from ops.product import VERSION
from ops.siem import cloudevents
from ops.siem.entry import Entry
from workers.forwarding.base import Line, NotTaken

PATIENCE = 10.0
LONGEST_ANSWER = 64 * 1024
TAKEN = range(200, 300)
BATCH = "application/cloudevents-batch+json; charset=utf-8"


@dataclass
class Webhook(Line):
    """Each batch is a request of its own; `places` are the addresses that were looked at and found fit."""

    url: str
    places: Sequence[tuple[str, int]]
    tls: ssl.SSLContext
    secret: Secret
    _taken: int | None = None

    async def send(self, entries: Sequence[Entry]) -> None:
        body = json.dumps([cloudevents.document(entry) for entry in entries], ensure_ascii=False, default=str).encode()
        status = await asyncio.to_thread(self._posted, body, int(time.time()))
        if status not in TAKEN:
            raise NotTaken(f"it answered {status}")
        self._taken = entries[-1].position

    async def taken(self) -> int | None:
        return self._taken

    async def close(self) -> int | None:
        return self._taken

    def _posted(self, body: bytes, now: int) -> int:
        """The answer's status. Redirects are not followed: they would lead to where nobody looked."""
        split = urlsplit(self.url)
        name = split.hostname or ""
        path = f"{split.path or '/'}{'?' + split.query if split.query else ''}"
        connection = HTTPSConnection(name, split.port, context=self.tls, timeout=PATIENCE)
        try:
            connection.sock = self.tls.wrap_socket(_connected(self.places), server_hostname=name)
            connection.request("POST", path, body, {
                "content-type": BATCH, "user-agent": f"Strongroom/{VERSION}",
                "strongroom-signature": signature(self.secret, now, body),
            })  # fmt: skip
            answer = connection.getresponse()
            answer.read(LONGEST_ANSWER)
            return answer.status
        except ssl.SSLCertVerificationError as error:
            raise NotTaken(f"its certificate is not trusted: {error.verify_message}") from error
        except TimeoutError as error:
            raise NotTaken("it does not answer") from error
        except (OSError, HTTPException) as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            raise NotTaken(f"it cannot be reached: {why}") from error
        finally:
            connection.close()


def _connected(places: Sequence[tuple[str, int]]) -> socket.socket:
    """To the first that answers; OSError of the last."""
    *others, last = places
    for place in others:
        with suppress(OSError):
            return socket.create_connection(place, PATIENCE)
    return socket.create_connection(last, PATIENCE)


def signature(secret: Secret, now: int, body: bytes) -> str:
    """HMAC-SHA-256 over the time, a full stop and the body: an old request cannot be sent again as a new one."""
    mac = hmac.digest(secret.reveal().encode(), f"{now}.".encode() + body, sha256)
    return f"t={now},v1={mac.hex()}"
