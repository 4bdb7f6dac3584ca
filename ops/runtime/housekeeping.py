"""What has to be done now and then while all runs: new certificates and roots, log files, who may read from NATS."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from ops.crypto import roots
from ops.crypto.keyfiles import KeyFileError
from ops.logging import Log
from ops.runtime import certificates, logfiles, standing
from ops.runtime.nats import Nats
from ops.runtime.process import StartError
from ops.runtime.supervisor import Standing, Supervisor
from ops.settings import Settings

log = Log("strongroom.up")


@dataclass
class Housekeeping:
    """What has to be done now and then while all runs."""

    settings: Settings
    supervisor: Supervisor
    nats: Nats | None = None
    every: float = 60
    due: float = field(default_factory=time.monotonic)
    told: list[Standing] = field(default_factory=list)
    certificate: bytes | None = None
    roots: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.certificate = certificates.fingerprint(self.settings)
        self.roots = roots.versions(self.settings)

    def __call__(self) -> None:
        """A full disk or a broken certificate stops nothing that runs: it is logged, and tried again."""
        try:
            self._tell()
            self._take_up_roots()
            if self.nats is not None:
                self.nats.look()
            if time.monotonic() >= self.due:
                self.due = time.monotonic() + self.every
                self._tidy()
        except (OSError, StartError, KeyFileError) as error:
            log.error("housekeeping has to wait", error)

    def _tidy(self) -> None:
        logfiles.rotate(self.settings.state / "logs")
        certificates.ensure(self.settings)
        self._take_up_certificate()

    def _take_up_certificate(self) -> None:
        """A new pair, by us or by an operator, takes effect by a start: the api cannot read the key any more, and
        which hosts it answers for is told by the certificate's names."""
        now = certificates.fingerprint(self.settings)
        if now is not None and now != self.certificate:
            self.certificate = now
            log.info("a new certificate is in place")
            self.supervisor.restart("api")

    def _take_up_roots(self) -> None:
        """A new version of a root is read at a start, and at no other time: one after the other, the api last. Of roots
        that were sealed since we started nothing is known, and nobody is asked."""
        if not roots.is_open(self.settings):
            return
        if (now := roots.versions(self.settings)) != self.roots:
            self.roots = now
            log.info("a root has a new version")
            for kind in ("projector", "worker", "api"):
                self.supervisor.restart(kind)

    def _tell(self) -> None:
        """`doctor` reads it."""
        if (now := self.supervisor.standing()) != self.told:
            standing.tell(self.settings, now)
            self.told = now
