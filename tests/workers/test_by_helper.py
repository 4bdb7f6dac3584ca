"""Passwords set by another account, on real hosts: through sudo, through su, or as root itself."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncssh
import pytest

from domain.resets import Step
from domain.secrets import Secret
from tests.support.lab import LabHost
from tests.support.ssh_server import Manners, ssh_server
from tests.workers.test_connectors import STRANGE, UNCARRIABLE
from tests.workers.test_ssh import processes, public, unnoted
from workers.connectors import errors
from workers.connectors.by_helper import HelperConnector, Login, Raising
from workers.connectors.elevation import ASKING, BySu, BySudo, Directly, su_command
from workers.connectors.errors import Phase, TargetError
from workers.connectors.login import Host, Timeouts

PATIENCE = 20.0
STRANGEST = "--stdin " + "".join(
    STRANGE[name] for name in ("quotes", "command substitution", "backslashes", "four bytes a letter")
)
WAYS = ("sudo", "sudo with a password", "su")


@asynccontextmanager
async def freely() -> AsyncIterator[None]:
    """A trial that nobody else waits for."""
    yield


def host_of(host: LabHost) -> Host:
    return Host(host.address, host.port, host.host_keys["ed25519"])


def connector(host: LabHost, way: str, login: str | None = None, root: str | None = None) -> HelperConnector:
    """By `way`, with the helpers' passwords, or other ones."""
    names = {"sudo": "auto", "sudo with a password": "ops", "su": "svc", "root": "root"}
    password = Secret(login or host.passwords[names[way]])
    raisings: dict[str, Raising] = {
        "sudo": BySudo(Secret("not asked for"), freely, PATIENCE),
        "sudo with a password": BySudo(password, freely, PATIENCE),
        "su": BySu("root", Secret(root or host.passwords["root"]), freely, PATIENCE),
        "root": Directly(PATIENCE),
    }
    return HelperConnector(host_of(host), Login(names[way], password, freely), raisings[way])


async def failure_of(change: object) -> TargetError:
    with pytest.raises(TargetError) as failed:
        await change  # type: ignore[misc]
    return failed.value


def setting(on: HelperConnector, name: str, new: str) -> object:
    return on.change(name, Secret("not needed"), Secret(new), unnoted)


async def shadow(host: LabHost, name: str) -> str:
    return await host.as_root(f"getent shadow {name}")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("new", [STRANGEST, STRANGE["the longest"], " a colon: and a prompt: "])
async def test_a_strange_password_arrives_byte_for_byte(web1: LabHost, way: str, new: str) -> None:
    await connector(web1, way).change("app1", Secret("not needed"), Secret(new), unnoted)
    assert await web1.opens("app1", new)


async def test_root_itself_sets_the_passwords_of_others(db1: LabHost) -> None:
    root = connector(db1, "root")
    await root.change("app2", Secret("not needed"), Secret(STRANGEST), unnoted)
    assert await db1.opens("app2", STRANGEST)
    assert await root.verify("app2", Secret(STRANGEST))
    assert not await root.verify("app2", Secret("wrong")), "su asks root for nothing, so root's su proves nothing"


@pytest.mark.parametrize("way", WAYS[1:])
async def test_the_right_password_is_told_from_a_wrong_one(web1: LabHost, way: str) -> None:
    await web1.set_password("app1", "Correct horse 1")
    assert await connector(web1, way).verify("app1", Secret("Correct horse 1"))
    assert not await connector(web1, way).verify("app1", Secret("wrong"))


async def test_the_password_of_root_is_proved_although_ssh_never_lets_root_in(web1: LabHost) -> None:
    noted: list[Step] = []

    async def note(step: Step) -> None:
        noted.append(step)

    before = web1.passwords["root"]
    await connector(web1, "su").change("root", Secret("not needed"), Secret("New root of web1"), note)
    await web1.set_password("root", before)
    assert noted == [Step.SIGNED_IN, Step.HANDING_OVER, Step.TAKEN, Step.NO_LOGIN]
    assert await connector(web1, "su").verify("root", Secret(before))


async def test_an_account_whose_shell_runs_nothing_is_told_from_a_wrong_password(web1: LabHost) -> None:
    await web1.set_password("app3", "Correct horse 3")
    try:
        for shell in ("/usr/sbin/nologin", "/bin/false"):
            await web1.as_root(f"usermod -s {shell} app3")
            assert await connector(web1, "su").verify("app3", Secret("Correct horse 3"))
        assert not await connector(web1, "su").verify("app3", Secret("wrong"))
    finally:
        await web1.as_root("usermod -s /bin/bash app3")


async def test_a_helper_with_a_wrong_password_is_refused_and_changes_nothing(web1: LabHost) -> None:
    before = await shadow(web1, "app4")
    failed = await failure_of(setting(connector(web1, "su", login="wrong"), "app4", "never"))
    assert (type(failed), failed.phase) == (errors.LoginRefused, Phase.BEFORE)
    assert await shadow(web1, "app4") == before


async def test_sudo_that_refuses_its_password_gets_no_other_one(web1: LabHost) -> None:
    wrong = BySudo(Secret("wrong"), freely, PATIENCE)
    ops = HelperConnector(host_of(web1), Login("ops", Secret(web1.passwords["ops"]), freely), wrong)
    before = await shadow(web1, "app4")
    failed = await failure_of(setting(ops, "app4", "never"))
    assert (type(failed), failed.phase) == (errors.LoginRefused, Phase.BEFORE)
    assert await shadow(web1, "app4") == before


async def test_su_with_a_wrong_password_of_root_changes_nothing(web1: LabHost) -> None:
    before = await shadow(web1, "app4")
    failed = await failure_of(setting(connector(web1, "su", root="wrong"), "app4", "never"))
    assert (type(failed), failed.phase) == (errors.LoginRefused, Phase.BEFORE)
    assert await shadow(web1, "app4") == before


async def test_a_login_that_sudo_knows_nothing_of_is_no_wrong_password(web1: LabHost) -> None:
    password = Secret(web1.passwords["svc"])
    svc = HelperConnector(host_of(web1), Login("svc", password, freely), BySudo(password, freely, PATIENCE))
    failed = await failure_of(setting(svc, "app4", "never"))
    assert (type(failed), failed.phase) == (errors.NotElevated, Phase.BEFORE)


async def test_nothing_is_handed_over_when_its_note_is_not_taken(web1: LabHost) -> None:
    async def note(step: Step) -> None:
        if step is Step.HANDING_OVER:
            raise PermissionError

    before = await shadow(web1, "app4")
    for way in WAYS:
        with pytest.raises(PermissionError):
            await connector(web1, way).change("app4", Secret("not needed"), Secret("never"), note)
    assert await shadow(web1, "app4") == before


async def test_an_account_that_is_not_there_is_not_made(web1: LabHost) -> None:
    failed = await failure_of(setting(connector(web1, "sudo"), "nobody-here", "never"))
    assert (type(failed), failed.phase) == (errors.NotChanged, Phase.MAYBE)


@pytest.mark.parametrize("name", ["a:b", "a\nb", "-root", "a b", "", "ａｄｍｉｎ", "a;id", "$(id)"])
async def test_a_name_that_would_be_read_as_something_else_is_refused(name: str) -> None:
    nowhere = HelperConnector(
        Host("192.0.2.1", 22, None), Login("svc", Secret("x"), freely), BySudo(Secret("x"), freely, PATIENCE)
    )
    assert isinstance(await failure_of(setting(nowhere, name, "new")), errors.CannotBeCarried)
    assert isinstance(await failure_of(nowhere.verify(name, Secret("new"))), errors.CannotBeCarried)


@pytest.mark.parametrize("new", UNCARRIABLE.values(), ids=UNCARRIABLE.keys())
async def test_what_cannot_arrive_is_refused_before_anybody_is_asked(new: str) -> None:
    nowhere = HelperConnector(Host("192.0.2.1", 22, None), Login("svc", Secret("x"), freely), Directly(PATIENCE))
    assert isinstance(await failure_of(setting(nowhere, "app1", new)), errors.CannotBeCarried)


@pytest.mark.parametrize("way", WAYS)
async def test_no_secret_stands_in_arguments_or_the_environment(web1: LabHost, way: str) -> None:
    seen: list[bytes] = []

    async def note(step: Step) -> None:
        """The host's program may be a moment behind its own words, on a machine that does much else."""
        for _ in range(20):
            seen.extend(await asyncio.to_thread(processes))
            if any(b"chpasswd" in each for each in seen):
                return
            await asyncio.sleep(0.05)

    on = connector(web1, way)
    await on.change("app5", Secret("not needed"), Secret("Needle in the haystack 7"), note)
    everything = b"\n".join(seen)
    assert b"chpasswd" in everything
    secrets = ["Needle in the haystack 7", *(web1.passwords[name] for name in ("svc", "ops", "auto", "root"))]
    assert not [secret for secret in secrets if secret.encode() in everything]


# A host that does not keep to it

Said = Callable[[str], bytes | None]


async def against(said: Said, on: Callable[[Host, Login], HelperConnector], heard: list[bytes]) -> TargetError:
    """What comes of a change on a host whose programs say this, and keep what they hear."""

    async def script(process: asyncssh.SSHServerProcess[bytes]) -> None:
        answer = said(str(process.command))
        if answer is not None:
            process.stdout.write(answer)
            while part := await process.stdin.read(4096):
                heard.append(part)
        process.exit(1)

    key = asyncssh.generate_private_key("ssh-ed25519")
    async with ssh_server(Manners(script=script), key) as port:
        host = Host("127.0.0.1", port, public(key))
        return await failure_of(setting(on(host, Login("svc", Secret("right"), freely)), "app1", "never sent"))


QUICK = Timeouts(login=3.0, answer=0.5, quiet=0.3)


async def test_no_password_is_sent_to_a_su_that_asks_for_something_else() -> None:
    heard: list[bytes] = []
    failed = await against(
        lambda command: b"One-time code: ",
        lambda host, login: HelperConnector(host, login, BySu("root", Secret("root's"), freely, 0.5), QUICK),
        heard,
    )
    assert failed.phase is Phase.BEFORE
    assert b"root's" not in b"".join(heard)


async def test_no_new_password_is_sent_before_sudo_has_taken_its_own() -> None:
    heard: list[bytes] = []
    failed = await against(
        lambda command: b"a password is required\n" if " -n " in command else b"strongroom-asks:",
        lambda host, login: HelperConnector(host, login, BySudo(Secret("right"), freely, 0.5), QUICK),
        heard,
    )
    assert failed.phase is Phase.BEFORE
    assert b"never sent" not in b"".join(heard)


async def test_su_that_asks_for_no_password_has_proved_none() -> None:
    """It asks root for none, say; then only a login of its own can tell, and only that it is right."""

    async def script(process: asyncssh.SSHServerProcess[bytes]) -> None:
        process.stdout.write(b"strongroom-is-ready\r\n")
        process.exit(0)

    key = asyncssh.generate_private_key("ssh-ed25519")
    async with ssh_server(Manners(script=script), key) as port:
        host, login = Host("127.0.0.1", port, public(key)), Login("root", Secret("right"), freely)
        directly = HelperConnector(host, login, Directly(PATIENCE), QUICK)
        assert await directly.verify("app1", Secret("right"))
        assert isinstance(await failure_of(directly.verify("app1", Secret("wrong"))), errors.Unclear)


UNCLEAR = {
    "it is not for everybody": b"Password: |su: Permission denied\r\n",
    "it is not there": b"sh: su: not found\r\n",
    "it asks for more": b"Password: |New password: ",
    "it speaks another language": b"Password: |su: Fehler bei Authentifizierung\r\n",
    "it says nothing": b"",
}


@asynccontextmanager
async def a_su(says: bytes) -> AsyncIterator[tuple[Host, list[bytes]]]:
    """A host whose su says this, in between hearing what stands for `|`; and what was heard."""
    heard: list[bytes] = []

    async def script(process: asyncssh.SSHServerProcess[bytes]) -> None:
        first, *rest = says.split(b"|")
        process.stdout.write(first)
        for more in rest:
            heard.append(await process.stdin.readline())
            process.stdout.write(b"\r\n" + more)
        process.exit(1)

    key = asyncssh.generate_private_key("ssh-ed25519")
    async with ssh_server(Manners(script=script), key) as port:
        yield Host("127.0.0.1", port, public(key)), heard


@pytest.mark.parametrize("says", UNCLEAR.values(), ids=UNCLEAR.keys())
async def test_su_that_answers_unclearly_makes_no_password_right_or_wrong(says: bytes) -> None:
    async with a_su(says) as (host, _):
        su = HelperConnector(
            host, Login("svc", Secret("right"), freely), BySu("root", Secret("root's"), freely, 0.5), QUICK
        )
        assert isinstance(await failure_of(su.verify("root", Secret("unknown"))), errors.Unclear)
        assert await su.verify("app1", Secret("right")), "the control: a login tells that it is right"


@pytest.mark.parametrize("says", UNCLEAR.values(), ids=UNCLEAR.keys())
async def test_su_that_answers_unclearly_raises_nobody_and_changes_nothing(says: bytes) -> None:
    async with a_su(says) as (host, heard):
        su = HelperConnector(
            host, Login("svc", Secret("right"), freely), BySu("root", Secret("root's"), freely, 0.5), QUICK
        )
        failed = await failure_of(setting(su, "app1", "never sent"))
    assert (type(failed), failed.phase) == (errors.NotElevated, Phase.BEFORE)
    assert b"never sent" not in b"".join(heard)


async def test_su_that_says_no_is_a_wrong_password() -> None:
    async with a_su(b"Password: |su: Authentication failure\r\n") as (host, _):
        su = HelperConnector(
            host, Login("svc", Secret("right"), freely), BySu("root", Secret("root's"), freely, 0.5), QUICK
        )
        assert not await su.verify("root", Secret("unknown"))
        assert isinstance(await failure_of(setting(su, "app1", "never sent")), errors.LoginRefused)


async def test_nothing_is_sent_to_a_host_where_it_is_not_root_who_signs_in() -> None:
    """Its chpasswd would listen; and su, asked for nobody's password, would hear that of the account."""
    async with a_su(b"") as (host, heard):
        directly = HelperConnector(host, Login("svc", Secret("right"), freely), Directly(0.5), QUICK)
        failed = await failure_of(setting(directly, "app1", "never sent"))
    assert (type(failed), failed.phase, heard) == (errors.NotElevated, Phase.BEFORE, [])


async def test_who_is_not_root_sets_no_password_directly(web1: LabHost) -> None:
    before = await shadow(web1, "app4")
    svc = HelperConnector(host_of(web1), Login("svc", Secret(web1.passwords["svc"]), freely), Directly(PATIENCE))
    noted: list[Step] = []

    async def note(step: Step) -> None:
        noted.append(step)

    failed = await failure_of(svc.change("app4", Secret("not needed"), Secret("never"), note))
    assert (type(failed), failed.phase, noted) == (errors.NotElevated, Phase.BEFORE, [Step.SIGNED_IN])
    assert await shadow(web1, "app4") == before
    await web1.set_password("app4", "Correct horse 4")
    assert await svc.verify("app4", Secret("Correct horse 4"))
    assert isinstance(await failure_of(svc.verify("app4", Secret("wrong"))), errors.Unclear)


def test_command_lines_name_accounts_and_hold_nothing_else() -> None:
    assert re.fullmatch(r"env LC_ALL=C sudo -k -S -p strongroom-asks: -- /usr/sbin/chpasswd", ASKING)
    assert su_command("root") == "env LC_ALL=C su -s /bin/sh -c 'echo strongroom-is-ready' -- root"
