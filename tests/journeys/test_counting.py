"""A vault that runs counts its records and notes the hour by itself, and verification says so."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from domain.counts import EVERY
from tests.support.installation import Installation, installation

OWN = "correct horse battery staple"
PATIENCE = 60.0


@pytest.fixture(scope="module")
def vault() -> Iterator[Installation]:
    yield from installation(OWN)


def verified(vault: Installation) -> dict[str, Any]:
    done = vault.asked("ledger", "verify", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.mark.slow
async def test_a_running_vault_counts_every_thousand_records(vault: Installation) -> None:
    position, number = 0, 0
    async with vault.visitor() as admin:
        await admin.sign_in("admin", OWN)
        while position < EVERY:
            number += 1
            made = await admin.post("/resources", {"name": f"host {number}", "type": "linux", "address": "db.test"})
            position = made["position"]
    async with asyncio.timeout(PATIENCE):
        while (said := await asyncio.to_thread(verified, vault))["counted"] < EVERY:
            await asyncio.sleep(0.5)
    assert said["faults"] == {}
    with vault.superuser("strongroom") as ledger:
        noted = ledger.execute(
            "select topic, count(*) from ledger.events where topic in ('count.noted', 'heartbeat.noted') group by 1"
        ).fetchall()
    assert dict(noted)["count.noted"] == 1
    assert dict(noted)["heartbeat.noted"] in (1, 2)
