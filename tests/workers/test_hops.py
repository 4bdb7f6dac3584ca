"""Signing in with a key, and over hosts between: each host is the pinned one, and trouble is told of where it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncssh
import pytest

from domain.probes import Finding, Outcome, Stage, Verdict
from domain.secrets import Secret
from tests.support.lab import LabHost
from tests.support.ssh_server import Manners, ssh_server
from tests.workers.test_by_helper import PATIENCE, QUICK, STRANGEST, failure_of, freely, host_of
from tests.workers.test_ssh import public, unnoted
from workers.connectors import errors
from workers.connectors.by_helper import HelperConnector, Login
from workers.connectors.elevation import BySu
from workers.connectors.examination import Examined, Examiner
from workers.connectors.login import Hop, Host, Key
from workers.connectors.ssh import SshConnector

KEY = asyncssh.generate_private_key("ssh-ed25519")
OWN = Key(Secret(KEY.export_private_key().decode()))


@asynccontextmanager
async def hop_over(manners: Manners, credential: Secret | Key = Secret("right")) -> AsyncIterator[Hop]:  # noqa: B008
    key = asyncssh.generate_private_key("ssh-ed25519")
    async with ssh_server(manners, key) as port:
        yield Hop(Host("127.0.0.1", port, public(key)), "svc", credential, freely)


@asynccontextmanager
async def behind(*hops: Hop, key: str | None = None) -> AsyncIterator[tuple[SshConnector, Manners, int]]:
    """A host, reached over these; `key`: another one than its own is pinned."""
    manners, own = Manners(), asyncssh.generate_private_key("ssh-ed25519")
    async with ssh_server(manners, own) as port:
        yield SshConnector(Host("127.0.0.1", port, key or public(own), hops), QUICK), manners, port


async def test_a_host_is_reached_over_two_others() -> None:
    outer, inner = Manners(lets_on=True), Manners(lets_on=True)
    async with hop_over(outer) as first, hop_over(inner) as second, behind(first, second) as (host, _, port):
        assert await host.verify("app1", Secret("right"))
        assert outer.let_on == [("127.0.0.1", second.host.port)]
        assert inner.let_on == [("127.0.0.1", port)]


async def test_a_wrong_password_of_the_account_is_told_from_trouble_on_the_way() -> None:
    async with hop_over(Manners(lets_on=True)) as hop, behind(hop) as (host, manners, _):
        assert not await host.verify("app1", Secret("wrong"))
        assert manners.offered == ["wrong"]


async def test_a_jump_host_with_another_key_gets_no_password_and_lets_nobody_on() -> None:
    manners = Manners(lets_on=True)
    async with hop_over(manners) as hop:
        replaced = Hop(Host("127.0.0.1", hop.host.port, public(KEY)), "svc", Secret("right"), freely)
        async with behind(replaced) as (host, target, _):
            failed = await failure_of(host.verify("app1", Secret("right")))
    assert isinstance(failed, errors.HostKeyRefused)
    assert "on the jump host 127.0.0.1" in str(failed)
    assert (manners.offered, target.offered) == ([], [])


async def test_the_key_of_the_host_itself_is_the_pinned_one_behind_a_jump_host_too() -> None:
    async with hop_over(Manners(lets_on=True)) as hop, behind(hop, key=public(KEY)) as (host, target, _):
        assert isinstance(await failure_of(host.verify("app1", Secret("right"))), errors.HostKeyRefused)
    assert target.offered == []


async def test_a_jump_host_that_lets_nobody_on_is_named_as_the_trouble() -> None:
    async with hop_over(Manners(lets_on=False)) as hop, behind(hop) as (host, _, _):
        assert isinstance(await failure_of(host.verify("app1", Secret("right"))), errors.HopRefused)


async def test_a_jump_host_that_is_down_is_named_as_the_trouble() -> None:
    down = Hop(Host("127.0.0.1", 1, public(KEY)), "svc", Secret("right"), freely)
    async with behind(down) as (host, _, _):
        failed = await failure_of(host.verify("app1", Secret("right")))
    assert isinstance(failed, errors.Unreachable)
    assert "on the jump host" in str(failed)


async def test_a_key_signs_in_where_no_password_does() -> None:
    manners = Manners(by_password=False, keys=[public(KEY).strip()], lets_on=True)
    async with hop_over(manners, OWN) as hop, behind(hop) as (host, _, _):
        assert await host.verify("app1", Secret("right"))
    assert manners.offered == []


async def test_a_refused_key_costs_no_guess_and_is_no_wrong_password() -> None:
    manners = Manners(lets_on=True)
    async with hop_over(manners, OWN) as hop, behind(hop) as (host, target, _):
        assert isinstance(await failure_of(host.verify("app1", Secret("right"))), errors.KeyRefused)
    assert (manners.offered, target.offered) == ([], [])


# A look for a host key


async def key_of(port: int, *hops: Hop) -> Examined:
    return await Examiner(Host("127.0.0.1", port, None, hops), QUICK).show_key()


def last(found: Examined) -> tuple[Stage, str]:
    """Where it ended, and with which trouble."""
    assert (found.outcome, found.host_key) == (Outcome.UNKNOWN, None)
    return found.findings[-1].stage, found.findings[-1].error


async def test_a_host_key_is_seen_over_two_others_and_nobody_signs_in_on_the_host_itself() -> None:
    outer, inner = Manners(lets_on=True), Manners(lets_on=True)
    async with hop_over(outer) as first, hop_over(inner) as second, behind() as (_, target, port):
        found = await key_of(port, first, second)
        alone = await key_of(port)
    assert (found.outcome, found.host_key) == (Outcome.SHOWN, alone.host_key)
    stages = [(each.stage, each.verdict) for each in found.findings]
    assert stages == [(each, Verdict.PASSED) for each in (Stage.WAY, Stage.CONNECTION, Stage.SSH, Stage.HOST_KEY)]
    assert (outer.let_on, inner.let_on) == ([("127.0.0.1", second.host.port)], [("127.0.0.1", port)] * 2)
    assert (outer.offered, inner.offered, target.offered) == (["right"], ["right"], [])


async def test_a_jump_host_with_another_key_is_sent_no_password_for_a_look_either() -> None:
    manners = Manners(lets_on=True)
    async with hop_over(manners) as hop, behind() as (_, _, port):
        replaced = Hop(Host("127.0.0.1", hop.host.port, public(KEY)), "svc", Secret("right"), freely)
        found = await key_of(port, replaced)
    assert last(found) == (Stage.WAY, "HostKeyRefused")
    assert "on the jump host 127.0.0.1" in found.findings[-1].words
    assert (manners.offered, manners.let_on) == ([], [])


async def test_what_keeps_a_look_from_the_host_is_told_of_where_it_was_met() -> None:
    async with hop_over(Manners(lets_on=False)) as shut, behind() as (_, _, port):
        assert last(await key_of(port, shut)) == (Stage.CONNECTION, "HopRefused")
    async with hop_over(Manners(lets_on=True)) as hop:
        down = Hop(Host("127.0.0.1", 1, public(KEY)), "svc", Secret("right"), freely)
        found = await key_of(22, hop, down)
        assert last(found) == (Stage.WAY, "Unreachable")
        assert "on the jump host" in found.findings[-1].words
        assert last(await key_of(1, hop)) == (Stage.CONNECTION, "Unreachable")


async def test_what_a_host_behind_another_says_in_greeting_is_in_no_finding() -> None:
    said = "hunter2-said-in-greeting"

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"{said}\r\n".encode())
        await writer.drain()
        writer.close()

    async with hop_over(Manners(lets_on=True)) as hop, await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        found = await key_of(server.sockets[0].getsockname()[1], hop)
    assert found.findings[-1] == Finding(
        Stage.SSH, Verdict.FAILED, "What answers there does not speak SSH: it says something else.", "NotSsh"
    )
    assert said not in repr(found)


async def test_a_real_sshd_lets_us_on_to_see_the_key_of_another(web1: LabHost, db1: LabHost) -> None:
    hop = Hop(host_of(web1), "svc", Secret(web1.passwords["svc"]), freely)
    found = await Examiner(Host(db1.address, db1.port, None, (hop,))).show_key()
    assert found.host_key == " ".join(db1.host_keys["ed25519"].split()[:2]), found.findings
    assert Stage.LOGIN not in [each.stage for each in found.findings]


# Real ones


@pytest.mark.parametrize("kind", ["ssh-ed25519", "ecdsa-sha2-nistp384", "ssh-rsa"])
async def test_a_real_sshd_takes_the_key_and_lets_us_on_to_another(web1: LabHost, db1: LabHost, kind: str) -> None:
    key = asyncssh.generate_private_key(kind)
    await web1.as_root("install -d -m 700 -o svc ~svc/.ssh && cat > ~svc/.ssh/authorized_keys", public(key))
    own = Key(Secret(key.export_private_key().decode()))
    over = Host(db1.address, db1.port, db1.host_keys["ed25519"], (Hop(host_of(web1), "svc", own, freely),))
    assert await SshConnector(over).verify("svc", Secret(db1.passwords["svc"]))
    elevation = BySu("root", Secret(web1.passwords["root"]), freely, PATIENCE)
    svc = HelperConnector(host_of(web1), Login("svc", own, freely), elevation)
    await svc.change("app2", Secret("not needed"), Secret(STRANGEST), unnoted)
    assert await web1.opens("app2", STRANGEST)
