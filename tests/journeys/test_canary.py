"""Known secrets go through the whole vault and are looked for everywhere, in every spelling; so are planted controls.

What may hold passwords, and does: the memory of api and worker, which open and change them. What holds names and
reasons in clear, by design: the database of read models, and what the write-ahead log keeps of it for a while.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ops.bus import LOG, Outgoing
from ops.crypto.authority import Authority
from ops.migrations import databases
from projections.words import FORMATS
from tests.journeys.test_forwarding import comes_to, webhook
from tests.support import places, wal
from tests.support.chromium import HOLDS, chromium
from tests.support.hook import hook
from tests.support.installation import Installation, installation
from tests.support.lab import LabHost, lab_hosts
from tests.support.needles import SPELLINGS, Found, Needles, every_spelling
from tests.support.secrets import Secrets, canary
from tests.support.story import Story

pytestmark = pytest.mark.lab
WORKED_WITH = (
    "helper-password.used", "helper.key-set", "resource.reset-way-set", "resource.jump-host-set", "batch.opened",
    "probe.ended", "reset.asked-again", "account.password-reset",
)  # fmt: skip
"""What stands in the trail of secrets that were opened to work with them."""
WITHOUT_NUL = {name for name in SPELLINGS if not name.startswith("utf-16")}


@pytest.fixture(scope="module")
def hosts() -> Iterator[dict[str, LabHost]]:
    with lab_hosts() as running:
        yield running


@pytest.fixture(scope="module")
def told(hosts: dict[str, LabHost]) -> Iterator[Story]:
    """The story, after its end: everything is still running."""
    known = Secrets()
    for site in installation(known["administrator"], lease_seconds="20", guess_seconds="1", siem_local="1"):
        story = Story(site, hosts["web1"], hosts["db1"], known)
        asyncio.run(story.tell())
        flush(site)
        yield story


@pytest.fixture
def secret(told: Story) -> Needles:
    return Needles(told.secrets.canaries, told.keys)


@pytest.fixture
def metadata(told: Story) -> Needles:
    return Needles(told.words.canaries)


def flush(site: Installation) -> None:
    """Have everything written that is written in time."""
    with site.superuser("postgres") as database:
        database.execute("checkpoint")


def spellings(found: list[Found]) -> set[str]:
    return {each.spelling for each in found}


def test_no_file_holds_a_secret(told: Story, secret: Needles) -> None:
    everything = [*places.files(told.site.state), told.site.traces, told.site.folder / "up.log"]
    assert secret.in_files(everything) == []
    assert told.site.traces.stat().st_size > 0
    for file in (told.site.state / "logs" / "api.log", told.site.traces):
        control = canary()
        with open(file, "ab") as log:
            log.write(every_spelling(control))
        assert spellings(Needles({"control": control}).in_files(everything)) == set(SPELLINGS)


def test_no_argument_and_no_environment_holds_a_secret(told: Story, secret: Needles, metadata: Needles) -> None:
    assert told.site.process is not None
    running = places.children(told.site.process.pid)
    assert len(running) > 6
    assert places.in_processes(secret, running) == []
    assert places.in_processes(metadata, running) == []
    for place in ("argument", "environment"):
        control = canary()
        planted = every_spelling(control).replace(b"\0", b"")
        arguments, environment = ([planted], {}) if place == "argument" else ([], {"HELD": planted})
        with holding(["/bin/sh", "-c", "echo held; sleep 600", "sh", *arguments], environment) as pid:
            found = places.in_processes(Needles({"control": control}), [pid])
        assert spellings(found) == WITHOUT_NUL


@contextmanager
def holding(argv: list[str | bytes], environment: dict[str, bytes], given: bytes = b"") -> Iterator[int]:
    """A process that has said that it holds what it was given."""
    process = subprocess.Popen(argv, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(given)
        process.stdin.close()
        assert process.stdout.readline()
        yield process.pid
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_the_projectors_memory_holds_no_secret(told: Story) -> None:
    pid = told.site.pid("projector")
    theirs = {name: key for name, key in told.keys.items() if name.startswith(("secret", "author"))}
    assert places.in_memory(Needles(told.secrets.canaries, theirs), pid) == []
    own = Needles({}, {"event.root": told.keys["event.root"]})
    assert spellings(places.in_memory(own, pid)) == {"raw"}
    control = canary()
    program = "import sys, time; held = sys.stdin.buffer.read(); print('held', flush=True); time.sleep(600)"
    with holding([sys.executable, "-c", program], {}, every_spelling(control)) as other:
        assert spellings(places.in_memory(Needles({"control": control}), other)) == set(SPELLINGS)


def test_no_process_that_holds_keys_leaves_a_core(told: Story) -> None:
    for child in ("api", "projector", "worker"):
        limits = Path(f"/proc/{told.site.pid(child)}/limits").read_text()
        core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
        assert core.split()[4:6] == ["0", "0"]


def test_no_record_of_the_write_ahead_log_holds_a_secret(told: Story, secret: Needles) -> None:
    records = list(wal.records(told.site.state / "pgdata" / "pg_wal"))
    assert len(records) > 1000
    whole = b"".join(record.content + record.images for record in records)
    assert secret.in_bytes(whole, "the write-ahead log") == []


def test_the_ledger_and_its_stream_hold_no_name_no_reason_and_no_host(told: Story, metadata: Needles) -> None:
    ledger, views = (_oid(told.site, kind.database) for kind in (databases.LEDGER, databases.VIEWS))
    state = told.site.state
    shared = [path for path in places.files(state) if "base" not in path.parts and "pg_wal" not in path.parts]
    assert metadata.in_files([*places.of_database(state, ledger), *shared]) == []
    records = wal.records(state / "pgdata" / "pg_wal")
    its_own = b"".join(r.content + r.images for r in records if r.databases - {views})
    assert metadata.in_bytes(its_own, "the ledger's part of the write-ahead log") == []
    in_views = {found.what for found in metadata.in_files(places.of_database(state, views))}
    assert {"user name", "reason", "host name"} <= in_views


@pytest.mark.parametrize("kind", [databases.LEDGER, databases.VIEWS])
def test_what_is_planted_in_a_database_is_found_in_its_files_and_in_the_write_ahead_log(
    told: Story, kind: databases.Kind
) -> None:
    control, oid = canary(), _oid(told.site, kind.database)
    needles = Needles({"control": control})
    with told.site.superuser(kind.database) as database:
        database.execute("create table public.planted (what bytea)")
        database.execute("insert into public.planted values (%s)", [every_spelling(control)])
        flush(told.site)
        database.execute("update public.planted set what = what")
    flush(told.site)
    assert spellings(needles.in_files(places.of_database(told.site.state, oid))) == set(SPELLINGS)
    of_it = [r for r in wal.records(told.site.state / "pgdata" / "pg_wal") if oid in r.databases]
    for part in ("content", "images"):
        found = needles.in_bytes(b"".join(getattr(record, part) for record in of_it), part)
        assert spellings(found) == set(SPELLINGS), part


def _oid(site: Installation, database: str) -> int:
    with site.superuser("postgres") as connection:
        row = connection.execute("select oid from pg_database where datname = %s", [database]).fetchone()
    assert row is not None
    return int(row[0])


def test_no_copy_of_the_audit_trail_holds_a_secret(told: Story, secret: Needles, metadata: Needles) -> None:
    """Of all that was done with passwords and keys something stands there."""
    for kind, copy in told.exports.items():
        assert secret.in_bytes(copy, kind) == []
        assert {"user name", "reason", "host name"} <= {found.what for found in metadata.in_bytes(copy, kind)}
        for topic in (
            "helper-password.used",
            "helper.key-set",
            "resource.jump-host-set",
            "batch.opened",
            "reset.asked-again",
        ):
            assert topic.encode() in copy, topic


@pytest.mark.parametrize("format", FORMATS)
def test_no_line_of_a_replay_holds_a_secret(told: Story, secret: Needles, metadata: Needles, format: str) -> None:
    """The lines of every SIEM format are these."""
    done = told.site.asked("ledger", "replay", "--format", format)
    assert done.returncode == 0, done.stderr
    assert secret.in_bytes(done.stdout.encode(), format) == []
    named = {found.what for found in metadata.in_bytes(done.stdout.encode(), format)}
    assert {"user name", "reason"} <= named


async def test_nothing_that_is_sent_to_a_siem_system_holds_a_secret(
    told: Story, secret: Needles, metadata: Needles, tmp_path: Path
) -> None:
    """By the feed, and by webhook: in clear, and with pseudonyms, which name no user either."""
    authority = Authority.make()
    async with told.site.visitor() as admin:
        await admin.sign_in("admin", told.secrets["administrator"])
        for pseudonyms in (False, True):
            with hook(tmp_path, authority) as it:
                to = {**webhook(authority, it, f"hook {pseudonyms}"), "pseudonyms": pseudonyms}
                one = (await admin.post("/siem/destinations", to))["id"]
                tested = (await admin.does("POST", f"/siem/destinations/{one}/test"))["position"]
                await comes_to(admin, one, tested)
                await admin.post(f"/siem/destinations/{one}/remove", {"reason": "done"})
            sent = b"".join(it.bodies)
            assert it.positions[0] == 1
            assert secret.in_bytes(sent, "a webhook") == []
            named = {found.what for found in metadata.in_bytes(sent, "a webhook")}
            assert ("user name" in named) is not pseudonyms, named
        pulled, after = b"", "0"
        while True:
            answer = await admin.ask("GET", f"/siem/events?format=cef&limit=100&after={after}")
            if answer.headers["strongroom-last"] == after:
                break
            pulled, after = pulled + answer.content, answer.headers["strongroom-last"]
        assert secret.in_bytes(pulled, "the feed") == []
        assert b"helper-password.used" in pulled


async def test_browser_storage_holds_no_secret(told: Story, tmp_path: Path) -> None:
    profile, control = tmp_path / "profile", canary()
    async with chromium(profile) as page:
        await page.go(f"{told.site.address}/accounts/{told.account}")
        await page.fill("User name", "admin")
        await page.fill("Password", told.secrets["administrator"])
        await page.press("Sign in")
        await page.press("Show password of app1")
        await page.fill("Reason", "to be seen by nobody")
        await page.press("Show")
        await page.shows("Shown for 10 seconds.")
        await page.shows("Hidden again.")
        assert not await page.calls(HOLDS, "Live updates are interrupted")
    assert Needles(told.secrets.canaries).in_files(places.files(profile)) == []
    async with chromium(profile) as page:
        await page.go(told.site.address)
        await page.calls("text => localStorage.setItem('control', text)", every_spelling(control).decode("latin-1"))
    found = Needles({"control": control}).in_files(places.files(profile))
    assert spellings(found) == set(SPELLINGS)


async def test_no_message_of_the_stream_holds_a_secret_or_a_name(
    told: Story, secret: Needles, metadata: Needles
) -> None:
    """Last, for what is planted there is no record of the log's: the publisher stops for good."""
    async with places.bus(told.site.settings, "publisher") as speaking:
        assert await places.in_stream(secret, speaking) == []
        assert await places.in_stream(metadata, speaking) == []
        end = await speaking.end(LOG)
        assert end is not None
        control = canary()
        await speaking.publish([Outgoing("log.planted", every_spelling(control), end.last, {})])
        assert spellings(await places.in_stream(Needles({"control": control}), speaking)) == set(SPELLINGS)
