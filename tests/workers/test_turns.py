"""Few logins at a time on one host, and no waiting for another host's."""

from __future__ import annotations

import asyncio

from domain.secrets import Secret
from tests.support.fake_host import FakeConnector, FakeHost
from workers.connectors.turns import Turns


async def most_at_once(turns: Turns, hosts: list[str]) -> int:
    busy, most = 0, 0

    async def at(moment: str) -> None:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        await asyncio.sleep(0.01)
        busy -= 1

    connector = FakeConnector(FakeHost({"app1": "x"}, at=at))
    await asyncio.gather(*(turns.taking(host, connector).verify("app1", Secret("x")) for host in hosts))
    return most


async def test_one_host_gets_few_logins_at_a_time() -> None:
    assert await most_at_once(Turns(on_one_host=2), ["web1"] * 7) == 2


async def test_other_hosts_are_not_kept_waiting() -> None:
    assert await most_at_once(Turns(on_one_host=1), ["web1", "db1", "db1"]) == 2
