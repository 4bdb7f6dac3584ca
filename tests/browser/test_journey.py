"""The whole purpose in a real browser: first link, a server and its account, a share, a reveal, a reset, the trail."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.support.desk import Desk, a_desk, chrome
from tests.support.installation import Installation, installation
from tests.support.lab import LabHost, lab_hosts

OWN = "correct horse battery staple"
BOBS = "another long passphrase of bob"
FIRST = "Tr0ub4dor & three"
HIDES = 15


@pytest.fixture(scope="module")
def web1() -> Iterator[LabHost]:
    with lab_hosts() as hosts:
        yield hosts["web1"]


@pytest.fixture(scope="module")
def vault() -> Iterator[Installation]:
    yield from installation(None)


@pytest.mark.lab
@pytest.mark.slow
async def test_from_the_first_link_to_the_audit_trail(vault: Installation, web1: LabHost) -> None:
    await web1.set_password("app1", FIRST)
    async with chrome() as browser:
        admin = await a_desk(browser, vault.address)
        await the_first_administrator_comes_in(admin, vault)
        await adds_a_server_and_its_account(admin, web1)
        account = admin.page.url
        bob = await a_desk(browser, vault.address)
        await bob_is_invited(admin, bob)
        await is_shared(admin, account)
        assert await reveals(bob, account) == FIRST
        await hides_by_itself(bob)
        await resets(bob, account)
        new = await reveals(bob, account)
        assert new != FIRST
        assert await web1.opens("app1", new)
        assert not await web1.opens("app1", FIRST)
        await has_another_account_change_it(admin, web1, account)
        assert await web1.opens("app1", await reveals(bob, account))
        await the_trail_shows(admin)
        await is_revoked(admin, bob, account)
        for desk in (admin, bob):
            assert desk.faults == []
            stored = await desk.stored()
            assert not any(secret in stored for secret in (OWN, BOBS, FIRST, new, "csrf"))


async def the_first_administrator_comes_in(admin: Desk, vault: Installation) -> None:
    assert vault.link is not None
    await admin.open(vault.link)
    await admin.fill("New password", OWN)
    await admin.fill("New password again", OWN)
    await admin.press("Set password")
    await admin.sees("Sign in")
    await admin.fill("Password", OWN)
    await admin.press("Sign in")
    await admin.sees("Overview")
    await admin.reads("First steps")
    await admin.go("Resources")
    await admin.reads("No resources yet")


async def adds_a_server_and_its_account(admin: Desk, host: LabHost) -> None:
    await admin.press("Add resource")
    await admin.fill("Name", "web1")
    await admin.fill("Address", host.address)
    await admin.fill("Port (optional)", str(host.port))
    await admin.press("Add resource")
    await admin.sees("web1")
    await admin.tab("Details")
    await pins_the_key_that_a_worker_saw(admin, host)
    await admin.tab("Accounts")
    await admin.press("Add account")
    await admin.fill("User name", "app1")
    await admin.fill("Password of the account", FIRST)
    await admin.press("Add account")
    await admin.sees("app1 on web1")
    await admin.tab("Verification")
    await admin.press("Verify password")
    await admin.reads("The resource let the account in with the vault's password.", seconds=30)


async def pins_the_key_that_a_worker_saw(admin: Desk, host: LabHost) -> None:
    """Not before it is said that it was compared."""
    fingerprint = host.facts["host_keys"]["ed25519"]["sha256"]
    await admin.press("Look for it")
    await admin.press("Look at the host")
    await admin.reads(fingerprint, seconds=30)
    await expect(admin.page.get_by_role("button", name="Pin this host key")).to_be_disabled()
    await admin.page.get_by_label("I have compared it on the host: it is the same").check()
    await admin.press("Pin this host key")
    await expect(admin.page.get_by_role("dialog")).to_have_count(0)
    await admin.reads(fingerprint)


async def bob_is_invited(admin: Desk, bob: Desk) -> None:
    await admin.go("Users")
    await admin.press("Add user")
    await admin.fill("User name", "bob")
    await admin.fill("Full name", "Bob Builder")
    await admin.press("Add user")
    link = await admin.page.get_by_role("group", name="Invitation link").inner_text()
    await admin.press("Done")
    await bob.open(link)
    await bob.fill("New password", BOBS)
    await bob.fill("New password again", BOBS)
    await bob.press("Set password")
    await bob.fill("Password", BOBS)
    await bob.press("Sign in")
    await bob.reads("Nothing has been shared with you")


async def is_shared(admin: Desk, account: str) -> None:
    await admin.open(account)
    await admin.tab("Sharing")
    await admin.press("Share")
    await admin.pick("With", "bob", "Bob Builder (bob)")
    await admin.page.get_by_role("combobox", name="Level").click()
    await admin.page.get_by_role("option", name="Modify: also change and reset passwords").click()
    await admin.page.get_by_role("dialog").get_by_role("button", name="Share", exact=True).click()
    await expect(admin.page.get_by_role("cell", name="bob", exact=True).first).to_be_visible()


async def reveals(bob: Desk, account: str) -> str:
    """A reason is asked for; then it stands there, for a while."""
    await bob.open(account)
    await bob.press("Show password of app1")
    await bob.fill("Reason", "the disk is full")
    await bob.press("Show")
    return await bob.page.get_by_role("group", name="password of app1").inner_text()


async def hides_by_itself(bob: Desk) -> None:
    shown = bob.page.get_by_role("group", name="password of app1")
    await expect(shown).to_be_visible()
    await expect(shown).to_have_count(0, timeout=HIDES * 1000)
    await bob.reads("Hidden again")
    assert FIRST not in await bob.page.content()


async def resets(bob: Desk, account: str) -> None:
    """Its steps come by themselves."""
    await bob.open(account)
    await bob.press("Reset password")
    await bob.fill("Reason", "somebody has left")
    await bob.press("Reset password")
    await bob.reads("A worker has begun")
    await bob.reads("The resource took the new password")
    await bob.reads("a fresh login with it worked", seconds=60)
    await bob.reads("number 2")


async def has_another_account_change_it(admin: Desk, host: LabHost, account: str) -> None:
    """root is let in by nobody here: svc signs in, and becomes root by su."""
    await admin.go("Resources")
    await admin.page.get_by_role("link", name="web1", exact=True).click()
    await admin.sees("web1")
    resource = admin.page.url
    for name in ("svc", "root"):
        await admin.press("Add account")
        await admin.fill("User name", name)
        await admin.fill("Password of the account", host.passwords[name])
        await admin.press("Add account")
        await admin.sees(f"{name} on web1")
        await admin.open(resource)
    await admin.tab("Details")
    await admin.reads("Each account signs in as itself")
    await admin.press("Set who changes them")
    await admin.pick("Who signs in", "svc", "svc")
    await admin.page.get_by_role("combobox", name="How it gets the right to").click()
    await admin.page.get_by_role("option", name="By su, with another account's password").click()
    await admin.pick("Whose password su asks for", "root", "root")
    await admin.press("Set")
    await admin.reads("svc signs in, becomes root by su and sets the passwords of all accounts here")
    await admin.open(account)
    await admin.press("Reset password")
    await admin.fill("Reason", "by another account")
    await admin.press("Reset password")
    await admin.reads("number 3", seconds=60)


async def the_trail_shows(admin: Desk) -> None:
    await admin.go("Audit trail")
    trail = admin.page.get_by_role("table", name="Audit trail")
    for event in ("A reset was confirmed", "A password was disclosed", "Access was shared", "A reset was requested"):
        await expect(trail.get_by_role("cell", name=event, exact=True).first).to_be_visible()
    await admin.pick("Who", "bob", "Bob Builder (bob)")
    await admin.press("Apply")
    await expect(trail.get_by_role("cell", name="admin", exact=True)).to_have_count(0)
    row = trail.get_by_role("row").filter(has_text="the disk is full").first
    await row.get_by_role("link").first.click()
    drawer = admin.page.get_by_role("dialog")
    await expect(drawer.get_by_text("the disk is full")).to_be_visible()
    await expect(drawer.get_by_text("account-password.disclosed")).to_be_visible()
    await admin.press("Close")


async def is_revoked(admin: Desk, bob: Desk, account: str) -> None:
    """What bob looks at is gone from his screen, without his doing anything."""
    bob.expected.append("404")
    await bob.open(account)
    await bob.sees("app1 on web1")
    await admin.open(account)
    await admin.tab("Sharing")
    await admin.press("Remove the share of bob")
    await admin.press("Remove share")
    await expect(bob.page.get_by_role("heading", name="app1 on web1")).to_have_count(0, timeout=5_000)
    await bob.reads("There is no such thing")
