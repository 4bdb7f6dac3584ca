"""The SSH connector against real sshds, and against a server of our own that misbehaves."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh
import pytest

from domain.resets import Step
from domain.secrets import Secret
from tests.support.lab import LabHost
from tests.support.ssh_server import Manners, ssh_server
from workers.attempt import PASSING
from workers.connectors import errors
from workers.connectors.errors import Phase, TargetError
from workers.connectors.examination import Examiner
from workers.connectors.login import Host, OneGuess, Timeouts, told
from workers.connectors.ssh import SshConnector

NEW = Secret("Battery staple 2")
QUICK = Timeouts(login=3.0, answer=1.0, quiet=0.3)


async def unnoted(step: Step) -> None:
    """Nobody watches."""


def connector(host: LabHost, key: str = "ed25519", port: int | None = None) -> SshConnector:
    return SshConnector(Host(host.address, port or host.port, host.host_keys[key]))


def public(key: asyncssh.SSHKey) -> str:
    return key.export_public_key().decode()


def processes() -> list[bytes]:
    """The arguments and the environment of everything that runs; the lab's hosts share our kernel."""
    found = []
    for place in ("cmdline", "environ"):
        for file in Path("/proc").glob(f"[0-9]*/{place}"):
            with contextlib.suppress(OSError):
                found.append(file.read_bytes())
    return found


async def failure_of(change: object) -> TargetError:
    with pytest.raises(TargetError) as failed:
        await change  # type: ignore[misc]
    return failed.value


# The host key


async def test_a_host_whose_key_nobody_pinned_is_not_even_called() -> None:
    with pytest.raises(errors.HostKeyNotPinned):
        await SshConnector(Host("192.0.2.1", 22, None)).verify("app1", NEW)


async def test_something_that_is_no_key_pins_nothing() -> None:
    with pytest.raises(errors.HostKeyNotPinned):
        await SshConnector(Host("192.0.2.1", 22, "ssh-ed25519 AAAA")).verify("app1", NEW)


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
async def test_a_pinned_key_of_any_kind_is_recognised(web1: LabHost, kind: str) -> None:
    assert await connector(web1, kind).verify("svc", Secret(web1.passwords["svc"]))


async def test_a_replaced_host_gets_no_password(web1: LabHost) -> None:
    replaced = connector(web1, "ed25519", web1.facts["other_key_port"])
    with pytest.raises(errors.HostKeyRefused):
        await replaced.verify("svc", Secret(web1.passwords["svc"]))
    with pytest.raises(errors.HostKeyRefused):
        await replaced.change("svc", Secret(web1.passwords["svc"]), NEW, unnoted)


async def test_a_replaced_host_without_a_key_of_the_pinned_kind_ends_it_before_any_password(web1: LabHost) -> None:
    replaced = connector(web1, "ecdsa", web1.facts["other_key_port"])
    with pytest.raises((errors.HostKeyRefused, errors.HungUp)):  # whoever notices first hangs up
        await replaced.verify("svc", Secret(web1.passwords["svc"]))


async def test_no_credential_is_offered_to_another_key_of_the_same_kind() -> None:
    manners = Manners()
    async with ssh_server(manners, asyncssh.generate_private_key("ssh-ed25519")) as port:
        pinned = public(asyncssh.generate_private_key("ssh-ed25519"))
        with pytest.raises(errors.HostKeyRefused):
            await SshConnector(Host("127.0.0.1", port, pinned)).verify("app1", Secret("right"))
    assert manners.offered == []


async def test_a_key_of_another_kind_is_no_way_around_the_pinned_one() -> None:
    manners = Manners()
    async with ssh_server(manners, asyncssh.generate_private_key("ecdsa-sha2-nistp256")) as port:
        pinned = public(asyncssh.generate_private_key("ssh-ed25519"))
        with pytest.raises(errors.HostKeyRefused):
            await SshConnector(Host("127.0.0.1", port, pinned)).verify("app1", Secret("right"))
    assert manners.offered == []


async def test_a_certificate_does_not_stand_in_for_the_pinned_key() -> None:
    manners = Manners()
    authority, host_key = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    certificate = authority.generate_host_certificate(host_key, "host", principals=["127.0.0.1"])
    async with ssh_server(manners, host_key, certificate) as port:
        for pinned in (authority, asyncssh.generate_private_key("ssh-ed25519")):
            with pytest.raises(errors.HostKeyRefused):
                await SshConnector(Host("127.0.0.1", port, public(pinned))).verify("app1", Secret("right"))
    assert manners.offered == []


async def test_a_host_with_only_broken_cryptography_is_refused(hosts: dict[str, LabHost]) -> None:
    old1 = hosts["old1"]
    with pytest.raises((errors.NothingInCommon, errors.HostKeyRefused)):
        await connector(old1, "rsa").verify("svc", Secret(old1.passwords["svc"]))


# Signing in


@asynccontextmanager
async def a_server(manners: Manners) -> AsyncIterator[SshConnector]:
    key = asyncssh.generate_private_key("ssh-ed25519")
    async with ssh_server(manners, key) as port:
        yield SshConnector(Host("127.0.0.1", port, public(key)), QUICK)


async def test_a_wrong_password_costs_one_guess_although_two_methods_are_offered() -> None:
    manners = Manners(by_questions=True)
    async with a_server(manners) as server:
        assert not await server.verify("app1", Secret("wrong"))
    assert manners.offered == ["wrong"]


async def test_a_server_that_only_asks_questions_is_answered() -> None:
    manners = Manners(by_password=False, by_questions=True)
    async with a_server(manners) as server:
        assert await server.verify("app1", Secret("right"))


@pytest.mark.parametrize(("question", "echo"), [("One-time code: ", False), ("Password: ", True)])
async def test_a_question_that_is_not_for_the_password_is_not_answered(question: str, echo: bool) -> None:
    manners = Manners(by_password=False, by_questions=True, question=question, echo=echo)
    async with a_server(manners) as server:
        assert not await server.verify("app1", Secret("right"))
    assert manners.offered == []


async def test_a_server_that_lets_anybody_in_verifies_nothing() -> None:
    async with a_server(Manners(anybody=True)) as server:
        assert not await server.verify("app1", Secret("wrong"))


async def test_a_server_that_hangs_up_on_the_password_is_told_from_one_that_refuses_it() -> None:
    async with a_server(Manners(closes_after_login=True)) as server:
        assert isinstance(await failure_of(server.verify("app1", Secret("right"))), errors.AccountClosed)


async def test_nobody_listening_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        key = public(asyncssh.generate_private_key("ssh-ed25519"))
        target = SshConnector(Host("127.0.0.1", taken.getsockname()[1], key), QUICK)
        failed = await failure_of(target.verify("app1", NEW))
    assert isinstance(failed, errors.Unreachable)
    assert str(failed) == "The resource cannot be reached: connection refused."


@pytest.mark.parametrize("said", [b"", b"SSH-2.0-x\r\n", b"Exceeded MaxStartups\r\n"])
@pytest.mark.parametrize("at_once", [True, False])
async def test_a_host_that_hangs_up_before_it_names_its_cryptography_may_be_back_in_a_moment(
    said: bytes, at_once: bool
) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()
        if not at_once:
            await reader.readline()
        writer.close()

    key = public(asyncssh.generate_private_key("ssh-ed25519"))
    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        target = SshConnector(Host("127.0.0.1", server.sockets[0].getsockname()[1], key), QUICK)
        failed = await failure_of(target.verify("app1", NEW))
    assert isinstance(failed, errors.HungUp)
    assert isinstance(failed, PASSING)


@pytest.mark.parametrize("name", ["a..b", f"{'x' * 64}.example.org"])
async def test_a_name_that_nobody_can_look_up_is_trouble_and_no_fault_of_ours(name: str) -> None:
    host = Host(name, 22, public(asyncssh.generate_private_key("ssh-ed25519")))
    assert isinstance(await failure_of(SshConnector(host, QUICK).verify("app1", NEW)), errors.NameUnknown)
    found = await Examiner(host, QUICK).show_key()
    assert [each.error for each in found.findings] == ["NameUnknown"]


def packet(payload: bytes) -> bytes:
    """As SSH sends it before anything is encrypted (RFC 4253 §6)."""
    padding = 16 - (len(payload) + 5) % 8
    return (len(payload) + padding + 1).to_bytes(4, "big") + bytes([padding]) + payload + bytes(padding)


ALGORITHMS_IN_NO_ASCII = b"\x14" + bytes(16) + 10 * b"\x00\x00\x00\x02\xff\xfe" + bytes(5)


@pytest.mark.parametrize("said", [b"", b"\x14cut off", ALGORITHMS_IN_NO_ASCII], ids=["empty", "cut off", "no ascii"])
async def test_what_no_ssh_server_would_say_is_trouble_and_no_fault_of_ours(said: bytes) -> None:
    """A fault would be met again and again, without an end: it is the host that decides what it says."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-x\r\n" + packet(said))
        await reader.read()
        writer.close()

    key = public(asyncssh.generate_private_key("ssh-ed25519"))
    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        host = Host("127.0.0.1", server.sockets[0].getsockname()[1], key)
        assert isinstance(await failure_of(SshConnector(host, QUICK).verify("app1", NEW)), errors.NotSsh)
        found = await Examiner(host, QUICK).show_key()
    assert found.findings[-1].error == "NotSsh"


def test_a_host_that_ends_the_key_exchange_itself_has_named_nothing() -> None:
    """It may give the reason that we would: only what asyncssh has compared tells of what a host offers."""
    said = asyncssh.KeyExchangeFailed("not today")
    assert isinstance(told(said, OneGuess(NEW)), errors.HungUp)
    compared = asyncssh.KeyExchangeFailed("No matching key exchange algorithm found, sent a and received b")
    assert isinstance(told(compared, OneGuess(NEW)), errors.NothingInCommon)


async def test_a_port_that_stays_silent_is_given_up() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        key = public(asyncssh.generate_private_key("ssh-ed25519"))
        target = SshConnector(Host("127.0.0.1", silent.getsockname()[1], key), Timeouts(login=0.5))
        failed = await failure_of(target.verify("app1", NEW))
    assert isinstance(failed, errors.Unreachable)


async def test_a_name_that_does_not_resolve_is_unreachable() -> None:
    key = public(asyncssh.generate_private_key("ssh-ed25519"))
    failed = await failure_of(SshConnector(Host("no-such-host.invalid", 22, key)).verify("app1", NEW))
    assert isinstance(failed, errors.Unreachable)


# Accounts in every condition, on a real host


async def test_root_changes_its_own_password_without_being_asked_for_it(db1: LabHost) -> None:
    await connector(db1).change("root", Secret(db1.passwords["root"]), NEW, unnoted)
    assert await db1.opens("root", NEW.reveal())
    await db1.set_password("root", db1.passwords["root"])


async def test_an_expired_password_is_replaced(web1: LabHost) -> None:
    await web1.set_password("expired", web1.passwords["expired"])
    await web1.as_root("chage -d 0 expired")
    await connector(web1).change("expired", Secret(web1.passwords["expired"]), NEW, unnoted)
    assert (await web1.as_root("passwd -S expired")).split()[2] != "01/01/1970"
    assert await web1.opens("expired", NEW.reveal())


async def test_a_locked_account_is_a_refused_login(web1: LabHost) -> None:
    failed = await failure_of(connector(web1).change("disabled", Secret(web1.passwords["disabled"]), NEW, unnoted))
    assert isinstance(failed, errors.LoginRefused)
    assert failed.phase is Phase.BEFORE


async def test_an_account_past_its_end_is_told_from_a_wrong_password(web1: LabHost) -> None:
    await web1.set_password("app2", "Correct horse 1")
    await web1.as_root("chage -E 1 app2")
    try:
        failed = await failure_of(connector(web1).verify("app2", Secret("Correct horse 1")))
    finally:
        await web1.as_root("chage -E -1 app2")
    assert isinstance(failed, errors.AccountClosed)


async def test_an_account_without_a_shell_is_left_alone(web1: LabHost) -> None:
    await web1.set_password("app2", "Correct horse 1")
    await web1.as_root("usermod -s /usr/sbin/nologin app2")
    try:
        failed = await failure_of(connector(web1).change("app2", Secret("Correct horse 1"), NEW, unnoted))
    finally:
        await web1.as_root("usermod -s /bin/bash app2")
    assert isinstance(failed, errors.NotChanged)
    assert failed.phase is Phase.BEFORE
    assert await web1.opens("app2", "Correct horse 1")


async def test_the_same_password_again_is_refused_by_the_host(web1: LabHost) -> None:
    await web1.set_password("app2", "Correct horse 1")
    same = Secret("Correct horse 1")
    failed = await failure_of(connector(web1).change("app2", same, same, unnoted))
    assert isinstance(failed, errors.PasswordRefused)
    assert failed.detail == "it is too like the current one"


async def test_a_password_too_soon_after_the_last_is_refused_by_the_host(web1: LabHost) -> None:
    await web1.set_password("app2", "Correct horse 1")
    await web1.as_root("chage -m 5 app2")
    try:
        failed = await failure_of(connector(web1).change("app2", Secret("Correct horse 1"), NEW, unnoted))
    finally:
        await web1.as_root("chage -m 0 app2")
    assert isinstance(failed, (errors.PasswordRefused, errors.CurrentRefused))
    assert await web1.opens("app2", "Correct horse 1")


@pytest.mark.parametrize("shell", ["/bin/sh", "/bin/dash"])
async def test_the_shell_of_the_account_does_not_matter(web1: LabHost, shell: str) -> None:
    await web1.set_password("app2", "Correct horse 1")
    await web1.as_root(f"usermod -s {shell} app2")
    try:
        await connector(web1).change("app2", Secret("Correct horse 1"), NEW, unnoted)
    finally:
        await web1.as_root("usermod -s /bin/bash app2")
    assert await web1.opens("app2", NEW.reveal())


async def test_no_secret_shows_in_a_process_of_the_host_or_of_ours(web1: LabHost) -> None:
    await web1.set_password("app2", "Correct horse 1")
    seen: list[bytes] = []

    async def note(step: Step) -> None:
        seen.extend(await asyncio.to_thread(processes))

    await connector(web1).change("app2", Secret("Correct horse 1"), NEW, note)
    assert any(b"passwd" in each for each in seen), "the control: the program itself is seen"
    assert not any(secret in each for each in seen for secret in (b"Correct horse 1", b"Battery staple 2"))


async def test_the_logs_hold_no_secret_however_loud(web1: LabHost, caplog: pytest.LogCaptureFixture) -> None:
    await web1.set_password("app2", "Correct horse 1")
    caplog.set_level(logging.DEBUG)
    await connector(web1).change("app2", Secret("Correct horse 1"), NEW, unnoted)
    assert not await connector(web1).verify("app2", Secret("Correct horse 1"))
    assert "Correct horse" not in caplog.text
    assert "Battery staple" not in caplog.text


# A `passwd` that misbehaves


Talk = Callable[[asyncssh.SSHServerProcess[bytes]], object]


async def ask(process: asyncssh.SSHServerProcess[bytes], question: bytes) -> bytes:
    process.stdout.write(question)
    return await process.stdin.readline()


async def change_against(script: object, manners: Manners | None = None) -> TargetError:
    manners = manners or Manners()
    manners.script = script  # type: ignore[assignment]
    async with a_server(manners) as server:
        return await failure_of(server.change("app1", Secret("right"), NEW, unnoted))


async def test_a_server_without_a_terminal_is_said_to_be_one() -> None:
    assert isinstance(await change_against(None), errors.NoTerminal)


async def test_a_question_that_nobody_understands_gets_no_secret() -> None:
    heard: list[bytes] = []

    async def script(process: asyncssh.SSHServerProcess[bytes]) -> None:
        process.stdout.write(b"Wie lautet der Name Ihrer Katze: ")
        heard.append(await process.stdin.read(100))

    failed = await change_against(script)
    assert isinstance(failed, errors.NotUnderstood)
    assert failed.phase is Phase.BEFORE
    assert b"right" not in b"".join(heard)


async def test_a_question_in_two_halves_is_understood() -> None:
    async def script(process: asyncssh.SSHServerProcess[bytes]) -> None:
        process.stdout.write(b"Warning:")
        await asyncio.sleep(0.05)
        await ask(process, b" old.\r\nCurrent password:")
        await ask(process, b" \r\nNew password: ")
        await ask(process, b"\r\nRetype new pass")
        process.exit(0)

    failed = await change_against(script)
    assert isinstance(failed, errors.TimedOut)
    assert failed.phase is Phase.MAYBE


async def test_a_connection_that_breaks_before_the_new_password_leaves_no_doubt() -> None:
    async def script(process: asyncssh.SSHServerProcess[bytes]) -> None:
        await ask(process, b"Current password: ")
        process.channel.get_connection().abort()

    failed = await change_against(script)
    assert isinstance(failed, errors.CutOff)
    assert failed.phase is Phase.BEFORE


async def test_a_connection_that_breaks_after_the_new_password_leaves_a_doubt() -> None:
    async def script(process: asyncssh.SSHServerProcess[bytes]) -> None:
        for question in (b"Current password: ", b"New password: ", b"Retype new password: "):
            await ask(process, question)
        process.channel.get_connection().abort()

    failed = await change_against(script)
    assert isinstance(failed, errors.CutOff)
    assert failed.phase is Phase.MAYBE


async def test_silence_after_the_new_password_leaves_a_doubt() -> None:
    async def script(process: asyncssh.SSHServerProcess[bytes]) -> None:
        for question in (b"New password: ", b"Retype new password: "):
            await ask(process, question)
        await asyncio.sleep(5)

    failed = await change_against(script)
    assert isinstance(failed, errors.TimedOut)
    assert failed.phase is Phase.MAYBE


async def test_a_refusal_without_a_rule_that_we_know_leaves_a_doubt() -> None:
    async def script(process: asyncssh.SSHServerProcess[bytes]) -> None:
        for question in (b"New password: ", b"Retype new password: "):
            await ask(process, question)
        process.stdout.write(b"Because it is Tuesday.\r\n")
        process.exit(1)

    failed = await change_against(script)
    assert isinstance(failed, errors.NotChanged)
    assert failed.phase is Phase.MAYBE


async def test_a_server_that_claims_success_is_not_believed() -> None:
    async def script(process: asyncssh.SSHServerProcess[bytes]) -> None:
        for question in (b"Current password: ", b"New password: ", b"Retype new password: "):
            await ask(process, question)
        process.stdout.write(b"passwd: password updated successfully\r\n")
        process.exit(0)

    failed = await change_against(script)
    assert isinstance(failed, errors.NotTaken)
    assert failed.phase is Phase.AFTER


async def test_a_server_that_sends_the_secret_back_does_not_get_it_into_an_error() -> None:
    async def script(process: asyncssh.SSHServerProcess[bytes]) -> None:
        current = await ask(process, b"Current password: ")
        new = await ask(process, b"New password: ")
        process.stdout.write(b"BAD PASSWORD: " + current + new + b" is too simple\r\n")
        process.exit(1)

    failed = await change_against(script)
    assert str(failed) == "The resource's rules refused the new password: it is too simple."


async def test_a_flood_is_not_listened_to_for_ever() -> None:
    async def script(process: asyncssh.SSHServerProcess[bytes]) -> None:
        process.stdout.write(b"x" * 200_000)
        await process.stdin.read(100)

    assert isinstance(await change_against(script), errors.NotUnderstood)
