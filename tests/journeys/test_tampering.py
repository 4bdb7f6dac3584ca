"""Somebody changes the log under a running vault: nothing false is shown or done, and the place is named."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

from domain.access import Level, Subject, SubjectKind
from domain.access_lists import AccessList, ObjectKind
from domain.base import Author
from ops.ledger.findings import Fault
from tests.support.attacker import PATIENCE, Attacker, until
from tests.support.installation import Installation, installation
from tests.support.scene import PASSWORD, WHY, scene

HALTED = ("access", "sessions", "users")
REVOKED = "access.revoked"


@pytest.fixture(scope="module")
def site() -> Iterator[Installation]:
    yield from installation(PASSWORD)


@pytest.fixture(scope="module")
def attacker(site: Installation) -> Attacker:
    return Attacker(site)


SWAP = (
    "update ledger.events e set state = o.state, mac = o.mac from ledger.events o"
    " where (e.position, o.position) in ((%(it)s, %(other)s), (%(other)s, %(it)s))"
)
EVENT = "update ledger.events set {} where position = %(it)s"
KEY = "(select key_id from ledger.events where position = %(it)s)"
ATTACKS: list[tuple[str, str, Fault]] = [
    ("another's state", SWAP, Fault.SIGNATURE),
    ("a module's name for a topic, and a key that is no more", EVENT.format("topic = 'this:d', key_id = 1"),
     Fault.SIGNATURE),
    ("a key that was deleted", f"delete from ledger.event_keys where id = {KEY}", Fault.KEY),
]  # fmt: skip


@pytest.mark.parametrize(("what", "statement", "fault"), ATTACKS, ids=[attack[0] for attack in ATTACKS])
async def test_a_revocation_that_was_tampered_with_gives_nothing_back(
    site: Installation, attacker: Attacker, what: str, statement: str, fault: Fault
) -> None:
    """The projector is stopped where it is, and finds the row changed when it goes on or starts again."""
    async with scene(site) as the:
        await the.share()
        await the.shown(listed=True)
        attacker.freeze("projector")
        await the.revoke()
        assert (await the.disclosed(the.owner)).status_code == 201  # each process knows the newest row of all by heart
        it = attacker.newest(REVOKED)
        other = attacker.newest("account.added")
        with attacker.at_work(), site.superuser("strongroom") as superuser:
            superuser.execute(statement.encode(), {"it": it, "other": other})
            if fault is not Fault.KEY:
                attacker.thaw("projector")
            else:
                attacker.start_anew("projector")  # with no key at hand
            until(lambda: {("halted", name, it) for name in HALTED} <= attacker.alarms())
            assert (await the.listed()).status_code == 503
            assert (await the.disclosed(the.other)).status_code in (404, 503)  # what it knew before is still true
            attacker.start_anew("api")
            answer = await the.disclosed(the.other)
            assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unreadable")
            assert attacker.named_by("api", "what the log holds cannot be read") & {*attacker.positions(it), other}
            assert (fault, it) in {(found.fault, found.position) for found in attacker.findings()}
            entry = await the.owner.get(f"/audit/{it}")
            assert entry["title"] in ("A record that cannot be read", "A record whose key is no more")
            assert entry["severity"] == "critical"
        await the.shown(listed=False)
        assert (await the.disclosed(the.other)).status_code == 404
        assert (await the.disclosed(the.owner)).status_code == 201
    assert "Beautiful is better" not in "".join(path.read_text() for path in (site.state / "logs").glob("*.log"))


CUT = "delete from ledger.events where position > %(head)s - 3"
CROSSED = (
    "update ledger.events set position = 1000000 where position = %(head)s;"
    "update ledger.events set position = %(head)s where position = %(head)s - 1;"
    "update ledger.events set position = %(head)s - 1 where position = 1000000"
)


@pytest.mark.parametrize("statement", [CUT, CROSSED], ids=["cut off", "in another order"])
async def test_a_log_whose_newest_rows_are_cut_off_or_in_another_order_is_served_by_nobody(
    site: Installation, attacker: Attacker, statement: str
) -> None:
    """While all runs, and when all starts: the read models remember what the log has forgotten."""
    async with scene(site) as the:
        await the.share()
        await the.revoke()
        assert (await the.disclosed(the.owner)).status_code == 201
        head = attacker.head
        until(lambda: attacker.followed >= head)  # else what it follows next is another log's
        with attacker.at_work():
            attacker.do(statement.replace("%(head)s", str(head)))
            for seconds in (5, PATIENCE):  # while all runs, and when all has started again
                await the.told("/problems/log-forked", seconds)
                until(
                    lambda: (
                        {name for kind, name, _ in attacker.alarms() if kind == "forked"} >= {"projector", "publisher"}
                    )
                )
                with site.superuser("strongroom_views") as views:
                    views.execute("delete from views.alarms")
                attacker.kill("api", "projector", "worker")
            assert attacker.head <= head  # nobody has written on
        await the.shown(listed=False)


async def test_a_sealed_password_that_was_moved_opens_nowhere_else(site: Installation, attacker: Attacker) -> None:
    """He has all keys but the secret root, and can write in the api's name: the seal knows whose password it is."""
    async with scene(site) as the:
        there, here = await attacker.account(UUID(the.account)), await attacker.account(UUID(the.elsewhere))
        here.change_password(there.passwords[-1].secret)
        await attacker.append(here.pending_events, here.id, None)
        answer = await the.owner.ask("POST", f"/accounts/{the.elsewhere}/disclosures", json=WHY)
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unreadable")
        assert "hunter2" not in answer.text
        assert (await the.disclosed(the.owner)).json()["password"] == "one hunter2"
        assert attacker.newest("account-password.disclosed") > 0


async def test_what_was_forged_with_the_data_keys_alone_is_believed_by_nobody_who_decides(
    site: Installation, attacker: Attacker
) -> None:
    """He has the database and the event root, but no author's key. Only names can be had of the read models by that,
    which he who owns the database can write himself; no password. Nor is it ever signed, nor what comes after it: the
    last test of this vault."""
    async with scene(site) as the:
        stream = AccessList.create_id(UUID(the.elsewhere))
        opened = AccessList(UUID(the.elsewhere), ObjectKind.ACCOUNT, None)
        opened.grant(Subject(SubjectKind.USER, UUID(the.other.id)), Level.VIEW, None, UUID(the.owner.id))
        positions = await attacker.append(opened.pending_events, stream, dict.fromkeys(Author, b"?" * 32))
        answer = await the.other.ask("POST", f"/accounts/{the.elsewhere}/disclosures", json=WHY)
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unreadable")
        assert "hunter2" not in answer.text
        assert min(positions) in attacker.named_by("api", "what the log holds cannot be read")
        found = {(found.fault, found.position) for found in attacker.findings()}
        assert {(Fault.SIGNATURE, position) for position in positions} <= found
        until(lambda: {("forged", "log", position) for position in positions} <= attacker.alarms())
        assert set(positions) <= attacker.named_by("worker", "a record is not what its author wrote")
        until(lambda: ("unproved", "signer", min(positions)) in attacker.alarms())
