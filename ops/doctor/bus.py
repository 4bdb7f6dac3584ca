"""Checks of NATS: there, new enough, and letting in our three users with their work and no more."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from ops.bus import Bus, BusAway, Outgoing, OutOfStep
from ops.crypto import keyfiles
from ops.doctor.findings import Finding, look, stops, well
from ops.doctor.folders import is_known
from ops.runtime import keys, nats
from ops.runtime.seats import as_user
from ops.settings import Settings

HEARD = 1.0
NEVER = 1 << 62
OLDEST = (2, 12)


def bus(settings: Settings) -> Iterator[Finding]:
    """NATS away is slow, not broken: readers fall back to PostgreSQL."""
    if not is_known(settings):
        return
    said = {server: _greeting(server) for server in settings.bus_url.split(",")}
    yield from (_away(settings, server) for server, greeted in said.items() if not greeted)
    answering = [greeted for greeted in said.values() if greeted]
    if not all(greeted.get("auth_required") is True for greeted in answering):
        yield stops("nats", "lets in whoever comes", "give it users with nkeys (docs/operations.md)")
    unfit = [finding for greeted in answering for finding in _greeted(greeted)]
    yield from unfit
    if unfit or not answering:
        return
    try:
        yield from asyncio.run(_as_users(settings))
    except keyfiles.KeyFileError as error:
        yield stops("nats", str(error), "restore the seeds from where the keys are kept safe")


def _greeting(server: str) -> dict[str, object]:
    parts = urlsplit(server)
    return nats.greeting(parts.port or 4222, parts.hostname or "127.0.0.1")


def _away(settings: Settings, server: str) -> Finding:
    ours = f"start `strongroom up`; when it runs, read {settings.state / 'logs' / 'nats.log'}"
    theirs = "start that server, or correct STRONGROOM_NATS_URL"
    return look("nats", f"{server} does not answer", ours if settings.nats_url is None else theirs)


def _greeted(said: dict[str, object]) -> Iterator[Finding]:
    """What a NATS tells of itself before anybody signs in."""
    release = str(said.get("version", "0"))
    if tuple(int(part) for part in re.findall(r"\d+", release)[:2]) < OLDEST:
        yield stops("nats", f"NATS is {release}, too old", "use NATS 2.12 or newer")
    if said.get("jetstream") is not True:
        yield stops("nats", "NATS runs without JetStream", "start it with JetStream (docs/operations.md)")


async def _as_users(settings: Settings) -> list[Finding]:
    """Sign in as each user, and have the follower try what only the publisher may."""
    findings = []
    for user in (nats.PUBLISHER, nats.FOLLOWER, nats.TELLER):
        connection = as_user(settings, user, keys.seed_of(settings, user))
        await connection.start()
        try:
            if not await _connected(connection):
                findings.append(
                    look("nats", f"does not know the {user}", "restart `strongroom up`, or tell NATS its key")
                )
            elif user == nats.FOLLOWER and await _may_speak(connection):
                remedy = "forbid the follower to publish log.> (docs/operations.md)"
                findings.append(stops("nats", "the follower may speak for the log", remedy))
            else:
                findings.append(well("nats", f"knows the {user}, who may do his work and no more"))
        finally:
            await connection.close()
    return findings


async def _connected(connection: Bus) -> bool:
    for _ in range(100):
        if connection.connected:
            return True
        await asyncio.sleep(0.02)
    return False


async def _may_speak(connection: Bus) -> bool:
    """A message that no stream would ever take: whoever is refused for its number was heard."""
    try:
        async with asyncio.timeout(HEARD):
            await connection.publish([Outgoing("log.doctor.asked", b"", NEVER, {})])
    except OutOfStep:
        return True
    except (BusAway, TimeoutError):
        return False
    return True


CHECKS = (bus,)
