"""Bringing the passwords' data keys of a real vault under a new version of their root, while passwords are shown."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from bench.stage import ACCOUNTS, Stage
from bench.trial import Figures, NoResult, Round, Row, Trial, at_most, figure
from bench.vault import Vault
from ops import database
from ops.crypto import roots
from ops.crypto.key_store import Tier
from ops.crypto.rewrapping import alone, outdated, rewrap
from ops.runtime import certificates

PATIENCE = 60.0
"""Seconds that processes get to start anew with the new version; not part of what is measured."""


@dataclass
class Showing:
    """One user who is shown one password after another."""

    vault: Vault
    shown: int = 0
    refused: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        trust = ssl.create_default_context(cafile=str(certificates.certificate_file(self.vault.installation.settings)))
        who = self.vault.users[0]
        with httpx.Client(base_url=f"{self.vault.installation.address}/api/v1", verify=trust, timeout=30) as client:
            number = 0
            while not self.over.is_set():
                number += 1
                path = f"/accounts/{self.vault.accounts[number % len(self.vault.accounts)]}/disclosures"
                body = {"reason": "maintenance", "purpose": "view"}
                try:
                    taken = client.post(path, json=body, headers=who.headers).is_success
                except httpx.HTTPError:
                    taken = False
                self.shown += taken
                self.refused += not taken


@contextmanager
def opened(stage: Stage) -> Iterator[Round]:
    vault = stage.vault("rotation")

    def round_() -> Figures:
        showing = Showing(vault)
        thread = threading.Thread(target=showing.run)
        thread.start()
        try:
            return _rotated(vault, showing)
        finally:
            showing.over.set()
            thread.join()

    yield round_


def _rotated(vault: Vault, showing: Showing) -> Figures:
    settings = vault.installation.settings
    roots.extend(settings, Tier.SECRET)
    root = roots.read(settings, Tier.SECRET)
    with database.connect_now(database.ledger_url(settings, "migrate", limited=False)) as operator:
        alone(operator, Tier.SECRET, root.newest(), PATIENCE)
        before = _shows(showing)
        began = time.perf_counter()
        count = rewrap(operator, Tier.SECRET, root, settings.log_id, lambda done, of: None)
        seconds = time.perf_counter() - began
        left = outdated(operator, Tier.SECRET, root.newest())
    shown = showing.shown - before[0]
    if count < ACCOUNTS or left or not shown or showing.refused > before[1]:
        raise NoResult(f"{count} keys were wrapped, {left} not; {shown} passwords were shown meanwhile, "
                       f"{showing.refused - before[1]} were not")  # fmt: skip
    return {"seconds": seconds * ACCOUNTS / count, "keys/s": count / seconds, "shown/s": shown / seconds}


def _shows(showing: Showing) -> tuple[int, int]:
    """Once passwords are shown again: so many were, and so many were not."""
    before, deadline = showing.shown, time.monotonic() + PATIENCE
    while showing.shown < before + 20:
        if time.monotonic() > deadline:
            raise NoResult("no password is shown any more")
        time.sleep(0.05)
    return showing.shown, showing.refused


ROTATION = Trial(
    "rotation",
    (
        Row("rotation", "10,000 data keys under a new version of their root, while passwords are shown",
            at_most(10, "s"), figure("seconds")),
    ),
    opened,
    rounds=3,
)  # fmt: skip
