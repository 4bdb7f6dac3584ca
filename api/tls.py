"""TLS as this server speaks it: 1.3, or 1.2 with forward secrecy and AEAD; a new certificate without a restart."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

from ops.crypto.certificates import names_in
from ops.logging import Log
from ops.runtime.certificates import REMEDY
from ops.settings import SettingsError

LOG = Log("strongroom.api")
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
LOOK_EVERY = 30.0


class Certificate:
    """The server's certificate and key, as files that an operator may replace while we run."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self._certificate = certificate
        self._key = key
        self._loaded = self._state()
        self.context = self._fresh()

    def names(self) -> frozenset[str]:
        """The hosts and addresses that the certificate speaks for: no others are served."""
        return frozenset(name.lower() for name in names_in(self._certificate.read_bytes()))

    async def watch(self) -> None:
        """Take up a new pair when the files change and fit together, or keep the old one. Runs until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if (now := self._state()) != self._loaded:
                self._loaded = now
                self._take_up()

    def _take_up(self) -> None:
        try:
            self._fresh()
            self.context.load_cert_chain(self._certificate, self._key)
            LOG.info("a new certificate is in use")
        except (OSError, ssl.SSLError) as wrong:
            LOG.error("the new certificate cannot be used; the old one stays", wrong)

    def _state(self) -> tuple[int, int]:
        try:
            return self._certificate.stat().st_mtime_ns, self._key.stat().st_mtime_ns
        except OSError:
            return 0, 0

    def _fresh(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(CIPHERS)
        context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
        context.load_cert_chain(self._certificate, self._key)
        return context


def loaded(certificate: Path, key: Path) -> Certificate:
    """The pair that this process serves with; SettingsError when there is none that could be used."""
    try:
        return Certificate(certificate, key)
    except (OSError, ssl.SSLError, ValueError) as error:
        why = getattr(error, "reason", None) or getattr(error, "strerror", None) or "it cannot be read"
        raise SettingsError(f"{certificate} and {key.name} beside it cannot be used ({why}): {REMEDY}") from error


def allowed_hosts(names: frozenset[str], port: int) -> frozenset[str]:
    """What a Host header may say: a name of the certificate's, with our port, or without it where that is 443."""
    spelled = [f"[{name}]" if ":" in name else name for name in names]
    return frozenset([*(f"{name}:{port}" for name in spelled), *(spelled if port == 443 else [])])
