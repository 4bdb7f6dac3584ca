"""Looks at hosts: real ones of the lab, and one of our own that misbehaves; what was found, stage by stage."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncssh
import pytest

from domain.probes import Outcome, Stage, Verdict
from domain.secrets import Secret
from domain.troubles import NEXT_STEPS
from tests.support.lab import LabHost
from tests.support.servers import free_port
from tests.support.ssh_server import Manners, ssh_server
from workers.connectors import errors
from workers.connectors.examination import Examined, Examiner
from workers.connectors.login import Host, Timeouts
from workers.connectors.ssh import SshConnector

QUICK = Timeouts(login=5)


async def sign_in(host: Host, username: str, password: str) -> Examined:
    """As a worker does it, by the account itself."""
    return await Examiner(host, QUICK).sign_in(username, Secret(password), SshConnector(host, QUICK))


KEY = asyncssh.generate_private_key("ssh-ed25519")
PUBLIC = KEY.export_public_key().decode().strip()


def told(found: Examined) -> list[tuple[Stage, Verdict, str]]:
    return [(each.stage, each.verdict, each.error) for each in found.findings]


def went(*stages: Stage) -> list[tuple[Stage, Verdict, str]]:
    return [(stage, Verdict.PASSED, "") for stage in stages]


REACHED = (Stage.NAME, Stage.CONNECTION, Stage.SSH)


@asynccontextmanager
async def a_stranger(said: bytes) -> AsyncIterator[int]:
    """The port of something that says this and hangs up, once it has heard whatever comes."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.2):
                await reader.read(4096)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def test_a_real_host_shows_its_key_to_whoever_looks(web1: LabHost) -> None:
    found = await Examiner(Host(web1.address, web1.port, None)).show_key()
    assert (found.outcome, told(found)) == (Outcome.SHOWN, went(*REACHED, Stage.HOST_KEY))
    assert found.host_key == " ".join(web1.host_keys["ed25519"].split()[:2])
    assert found.findings[2].words == "It speaks SSH."


async def test_a_real_host_lets_somebody_in_with_his_password_and_with_no_other(web1: LabHost) -> None:
    host = Host(web1.address, web1.port, web1.host_keys["ed25519"])
    await web1.set_password("app5", 'right and "quoted"')
    opened = await sign_in(host, "app5", 'right and "quoted"')
    assert (opened.outcome, told(opened)) == (Outcome.OPENED, went(*REACHED, Stage.HOST_KEY, Stage.LOGIN))
    refused = await sign_in(host, "app5", "another one")
    assert refused.outcome is Outcome.REFUSED
    assert told(refused)[-1] == (Stage.LOGIN, Verdict.FAILED, "LoginRefused")


async def test_another_key_than_the_pinned_one_is_sent_no_password() -> None:
    manners = Manners()
    async with ssh_server(manners, asyncssh.generate_private_key("ssh-ed25519")) as port:
        found = await sign_in(Host("127.0.0.1", port, PUBLIC), "app1", "right")
    assert told(found) == [*went(*REACHED), (Stage.HOST_KEY, Verdict.FAILED, "HostKeyRefused")]
    assert (found.outcome, manners.offered) == (Outcome.UNKNOWN, [])


async def test_a_password_is_offered_once() -> None:
    manners = Manners(by_questions=True)
    async with ssh_server(manners, KEY) as port:
        found = await sign_in(Host("127.0.0.1", port, PUBLIC), "app1", "wrong")
    assert (found.outcome, manners.offered) == (Outcome.REFUSED, ["wrong"])


async def test_a_name_that_leads_nowhere_and_a_port_where_nobody_listens_are_told_apart() -> None:
    nowhere = await Examiner(Host("nowhere.invalid", 22, None), QUICK).show_key()
    assert told(nowhere) == [(Stage.NAME, Verdict.FAILED, "NameUnknown")]
    closed = await Examiner(Host("127.0.0.1", free_port(), None), QUICK).show_key()
    assert told(closed) == [*went(Stage.NAME), (Stage.CONNECTION, Verdict.FAILED, "Unreachable")]
    assert "refused" in closed.findings[-1].words


@pytest.mark.parametrize(
    ("said", "error", "shown"),
    [
        (b"HTTP/1.1 400 \x1b[31mBad\r\nmore", "NotSsh", "it speaks HTTP"),
        (b"220 mail.example.org ESMTP\r\n", "NotSsh", "mail and FTP"),
        (b"SSH-1.5-old\r\n", "NotSsh", "not safe any more"),
        (b"hunter2\r\n", "NotSsh", "it says something else"),
        (b"", "HungUp", "before any password"),
        (b"Exceeded MaxStartups\r\n", "HungUp", "too many are signing in"),
    ],
)
async def test_what_is_not_ssh_is_told_in_words_of_ours(said: bytes, error: str, shown: str) -> None:
    async with a_stranger(said) as port:
        found = await Examiner(Host("127.0.0.1", port, None), QUICK).show_key()
    assert told(found)[-1] == (Stage.SSH, Verdict.FAILED, error)
    assert shown in found.findings[-1].words
    assert said[:8].decode() not in found.findings[-1].words or not said


async def test_a_host_may_say_something_else_before_it_says_that_it_speaks_ssh() -> None:
    async with a_stranger(b"Authorised use only.\r\nSSH-2.0-x\r\n") as port:
        found = await Examiner(Host("127.0.0.1", port, None), QUICK).show_key()
    assert told(found)[: len(REACHED)] == went(*REACHED)


async def test_whoever_never_says_a_word_is_not_waited_for_long() -> None:
    async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        found = await Examiner(Host("127.0.0.1", port, None), Timeouts(login=0.2)).show_key()
    assert told(found)[-1] == (Stage.SSH, Verdict.FAILED, "Unreachable")


async def test_a_host_key_that_is_not_safe_any_more_is_not_offered_for_pinning() -> None:
    async with ssh_server(Manners(), asyncssh.generate_private_key("ssh-rsa", key_size=1024)) as port:
        found = await Examiner(Host("127.0.0.1", port, None), QUICK).show_key()
    assert told(found)[-1] == (Stage.HOST_KEY, Verdict.FAILED, "UnsafeKey")
    assert found.host_key is None


def test_for_every_trouble_there_is_a_next_step() -> None:
    assert {each.__name__ for each in errors.TargetError.__subclasses__()} <= set(NEXT_STEPS)


class Unlucky(SshConnector):
    """Somebody else's password was refused on the way."""

    async def verify(self, username: str, password: Secret) -> bool:
        raise errors.HelperRefused("it is that of svc")


async def test_a_refused_helper_says_nothing_of_the_account() -> None:
    host = Host("192.0.2.1", 22, PUBLIC)
    found = await Examiner(host, QUICK).sign_in("app1", Secret("right"), Unlucky(host, QUICK), direct=False)
    assert (found.outcome, told(found)) == (Outcome.UNKNOWN, [(Stage.LOGIN, Verdict.FAILED, "HelperRefused")])
