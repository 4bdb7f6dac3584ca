"""What the users of NATS may: the publisher speaks for the log, followers listen, and nobody purges."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable

import nats
import pytest
from nats.aio.client import Client

from ops.runtime.nats import FOLLOWER, PUBLISHER, TELLER
from tests.ops.runtime.test_servers import bus
from tests.support.servers import NatsServer

PATIENCE = 5.0
SENDS = {  # subject: who may
    "log.account.added": {PUBLISHER},
    "audit.3004.account.added": {TELLER},
    "checkpoint.made": {PUBLISHER},
    "progress.views": {PUBLISHER, FOLLOWER},
    "$JS.API.STREAM.CREATE.LOG": {PUBLISHER},
    "$JS.API.STREAM.UPDATE.LOG": {PUBLISHER},
    "$JS.API.STREAM.DELETE.LOG": {PUBLISHER},
    "$JS.API.STREAM.PURGE.LOG": set(),
    "$JS.API.STREAM.MSG.DELETE.LOG": set(),
    "$JS.API.STREAM.SNAPSHOT.LOG": set(),
    "$JS.API.STREAM.RESTORE.LOG": set(),
    "$JS.API.STREAM.CREATE.MIRROR": set(),
    "$JS.API.STREAM.INFO.LOG": {PUBLISHER, FOLLOWER},
    "$JS.API.STREAM.MSG.GET.LOG": {PUBLISHER, FOLLOWER},
    "$JS.API.CONSUMER.CREATE.LOG.f1": {FOLLOWER},
    "$JS.API.CONSUMER.MSG.NEXT.LOG.f1": {FOLLOWER},
    "$JS.API.CONSUMER.DURABLE.CREATE.LOG.f1": set(),
    "$JS.API.STREAM.CREATE.AUDIT": {TELLER},
    "$JS.API.STREAM.INFO.AUDIT": {TELLER},
    "$JS.API.STREAM.PURGE.AUDIT": set(),
    "$JS.API.STREAM.MSG.DELETE.AUDIT": set(),
    "$JS.API.CONSUMER.CREATE.AUDIT.soc.audit.>": {TELLER},
    "$JS.API.CONSUMER.MSG.NEXT.AUDIT.soc": set(),
    "$JS.API.CONSUMER.RESET.AUDIT.soc": set(),
    "$SYS.REQ.SERVER.PING": set(),
    "_INBOX_follower.somebody": set(),
    "_INBOX_publisher.somebody": set(),
    "anything": set(),
}
HEARS = {
    "log.>": set[str](),
    "audit.>": set[str](),
    ">": set[str](),
    "$JS.>": set[str](),
    "_INBOX_publisher.>": {PUBLISHER},
    "_INBOX_follower.>": {FOLLOWER},
    "_INBOX_teller.>": {TELLER},
    "progress.views": {FOLLOWER},
    "checkpoint.>": {FOLLOWER},
}


@pytest.mark.parametrize("user", [PUBLISHER, FOLLOWER, TELLER])
async def test_each_may_say_and_hear_what_his_work_needs_and_no_more(fresh_bus: NatsServer, user: str) -> None:
    denied: set[str] = set()

    async def told(error: Exception) -> None:
        denied.update(re.findall(r'permissions violation for (.*")', str(error), re.IGNORECASE))

    client = await connected(fresh_bus, user, told)
    for subject in SENDS:
        await client.publish(subject, b"{}")
    for subject in HEARS:
        await client.subscribe(subject)
    expected = {f'publish to "{subject}"'.lower() for subject, users in SENDS.items() if user not in users}
    expected |= {f'subscription to "{subject}"'.lower() for subject, users in HEARS.items() if user not in users}
    deadline = time.monotonic() + PATIENCE
    while len(denied) < len(expected) and time.monotonic() < deadline:
        await client.flush()
        await asyncio.sleep(0.01)
    assert {each.lower() for each in denied} == expected
    await client.close()


async def test_a_stream_that_we_make_lets_itself_be_emptied_by_nobody(fresh_bus: NatsServer) -> None:
    async with bus(fresh_bus, PUBLISHER) as publisher:
        await publisher.create("LOG", 1)
    client = await connected(fresh_bus, PUBLISHER, ignored)
    config = (await client.jetstream().stream_info("LOG")).config
    assert (config.deny_purge, config.deny_delete, config.allow_direct, config.storage) == (True, True, False, "file")
    await client.close()


async def connected(server: NatsServer, user: str, told: Callable[[Exception], Awaitable[None]]) -> Client:
    return await nats.connect(
        server.url, nkeys_seed=str(server.seed(user)), inbox_prefix=server.inbox_prefix(user), allow_reconnect=False,
        error_cb=told,
    )  # fmt: skip


async def ignored(_: Exception) -> None: ...
