"""What every connector promises; the host in memory is held to it like a real sshd."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest

from domain.resets import Step
from domain.secrets import Secret
from tests.support.fake_host import FakeConnector, FakeHost
from tests.support.lab import LabHost
from workers.connectors.base import Connector
from workers.connectors.errors import CannotBeCarried, LoginRefused, PasswordRefused, Phase
from workers.connectors.login import Host
from workers.connectors.ssh import SshConnector

FIRST = "Correct horse 1"

STRANGE = {
    "quotes": """it's "quoted" `too`1""",
    "spaces at both ends": "  two spaces  ",
    "command substitution": "$(touch /tmp/x)`id`${HOME}",
    "a leading dash": "--stdin -e rm -rf",
    "backslashes": "\\n\\0\\\\ C:\\temp\\",
    "percent signs": "100%s%n%%d%x",
    "shell words": "a;b|c&d>e<f*g?h[i]!j#k~l",
    "accents": "zażółć gęślą jaźń",
    "decomposed accents": "cafe\u0301 Za\u030a 12",
    "letters that NFKC would fold": "ﬁ① ２３ㅤAb",
    "four bytes a letter": "🔐🗝️ 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
    "right to left": "שלום\u202e עולם 77",
    "a colon and a prompt": "New password: Retype:",
    "a no-break space": "a\u00a0b\u2003c\u200bd 9Z",
    "the longest": secrets.token_hex(255) + "Z",
}

UNCARRIABLE = {
    "empty": "",
    "a newline": "before\nafter",
    "a carriage return": "before\rafter",
    "NUL": "before\0after",
    "interrupt": "before\x03after",
    "end of file": "before\x04after",
    "erase line": "before\x15after",
    "backspace": "before\x08after",
    "delete": "before\x7fafter",
    "escape": "before\x1bafter",
    "a tab": "before\tafter",
    "half of a surrogate pair": "before\ud83dafter",
    "longer than PAM takes": "x" * 512,
    "longer than PAM takes in bytes": "é" * 256,
}


@dataclass
class Stand:
    """An account on a host under test, whose password is FIRST."""

    connector: Connector
    username: str
    opens: Callable[[str], Awaitable[bool]]


def on_fake() -> Stand:
    host = FakeHost({"app1": FIRST}, shortest=6)

    async def opens(password: str) -> bool:
        return host.opens("app1", password)

    return Stand(FakeConnector(host), "app1", opens)


async def on_sshd(host: LabHost) -> Stand:
    await host.set_password("app1", FIRST)
    connector = SshConnector(Host(host.address, host.port, host.host_keys["ed25519"]))

    async def opens(password: str) -> bool:
        return await host.opens("app1", password)

    return Stand(connector, "app1", opens)


@pytest.fixture(params=["in memory", pytest.param("real sshd", marks=pytest.mark.lab)])
async def stand(request: pytest.FixtureRequest) -> Stand:
    if request.param == "in memory":
        return on_fake()
    return await on_sshd(request.getfixturevalue("web1"))


async def unnoted(step: Step) -> None:
    """Nobody watches."""


async def test_the_right_password_is_told_from_a_wrong_one(stand: Stand) -> None:
    assert await stand.connector.verify(stand.username, Secret(FIRST))
    assert not await stand.connector.verify(stand.username, Secret(FIRST + "x"))


async def test_an_account_that_is_not_there_does_not_open(stand: Stand) -> None:
    assert not await stand.connector.verify("nobody-here", Secret(FIRST))


async def test_after_a_change_the_new_password_opens_and_the_old_one_does_not(stand: Stand) -> None:
    await stand.connector.change(stand.username, Secret(FIRST), Secret("Battery staple 2"), unnoted)
    assert await stand.opens("Battery staple 2")
    assert not await stand.opens(FIRST)


@pytest.mark.parametrize("strange", STRANGE.values(), ids=STRANGE.keys())
async def test_a_strange_password_arrives_byte_for_byte(stand: Stand, strange: str) -> None:
    await stand.connector.change(stand.username, Secret(FIRST), Secret(strange), unnoted)
    assert await stand.opens(strange)


async def test_a_strange_password_can_be_changed_again(stand: Stand) -> None:
    strange = STRANGE["quotes"] + STRANGE["four bytes a letter"]
    await stand.connector.change(stand.username, Secret(FIRST), Secret(strange), unnoted)
    await stand.connector.change(stand.username, Secret(strange), Secret(FIRST), unnoted)
    assert await stand.opens(FIRST)


@pytest.mark.parametrize("uncarriable", UNCARRIABLE.values(), ids=UNCARRIABLE.keys())
async def test_what_cannot_arrive_is_refused_before_anybody_is_asked(uncarriable: str) -> None:
    noted: list[Step] = []

    async def note(step: Step) -> None:
        noted.append(step)

    for connector in (FakeConnector(FakeHost({"app1": FIRST})), SshConnector(Host("192.0.2.1", 22, None))):
        with pytest.raises(CannotBeCarried) as refused:
            await connector.change("app1", Secret(FIRST), Secret(uncarriable), note)
        assert refused.value.phase is Phase.BEFORE
        assert not uncarriable or uncarriable not in str(refused.value)
    assert noted == []


@pytest.mark.parametrize("name", ["", "a\nb", "a\0b", "ａｄｍｉｎ"])
async def test_a_name_that_would_arrive_as_another_is_refused(name: str) -> None:
    with pytest.raises(CannotBeCarried):
        await SshConnector(Host("192.0.2.1", 22, None)).verify(name, Secret(FIRST))


async def test_a_wrong_current_password_changes_nothing(stand: Stand) -> None:
    with pytest.raises(LoginRefused) as refused:
        await stand.connector.change(stand.username, Secret("wrong"), Secret("Battery staple 2"), unnoted)
    assert refused.value.phase is Phase.BEFORE
    assert await stand.opens(FIRST)


async def test_a_password_against_the_rules_of_the_host_changes_nothing(stand: Stand) -> None:
    with pytest.raises(PasswordRefused) as refused:
        await stand.connector.change(stand.username, Secret(FIRST), Secret("Ab1"), unnoted)
    assert refused.value.detail == "it is too short"
    assert refused.value.phase is Phase.BEFORE
    assert await stand.opens(FIRST)


async def test_progress_is_told_in_three_steps(stand: Stand) -> None:
    noted: list[Step] = []

    async def note(step: Step) -> None:
        noted.append(step)

    await stand.connector.change(stand.username, Secret(FIRST), Secret("Battery staple 2"), note)
    assert noted == [Step.SIGNED_IN, Step.HANDING_OVER, Step.TAKEN]


async def test_nothing_is_handed_over_when_its_note_is_not_taken(stand: Stand) -> None:
    async def note(step: Step) -> None:
        if step is Step.HANDING_OVER:
            raise PermissionError

    with pytest.raises(PermissionError):
        await stand.connector.change(stand.username, Secret(FIRST), Secret("Battery staple 2"), note)
    assert await stand.opens(FIRST)
