"""The signer signs what the log is, and refuses whatever is not a continuation of that."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from ops.proof.errors import Inconsistent
from ops.proof.levels import Level
from ops.signer.memory import MemoryBroken, MemoryBusy, MemoryFile
from ops.signer.records import NotAdmitted
from ops.signer.signer import Signer
from tests.ops.signer.stand import Stand, finish

ON = "update ledger.events set recorded_at = recorded_at + interval '1 day' where position >= %s"


def test_all_that_stands_there_is_signed_and_what_comes_later_too(at: Stand) -> None:
    at.sign_all()
    assert [size for size, _, _ in at.checkpoints()] == [600]
    at.log.extend(100)
    at.sign_all()
    assert [size for size, _, _ in at.checkpoints()] == [600, 700]
    verified = at.log.verify()
    assert verified.run.findings == []
    assert verified.unsealed == 0


def test_a_log_that_is_empty_is_waited_for(at: Stand) -> None:
    at.log.do("delete from ledger.events")
    with at.signer() as signer:
        signer.begin()
        assert not signer.step()
        assert at.gate() is None
        assert at.checkpoints() == []


def test_records_are_signed_together_and_at_the_latest_after_a_second(at: Stand) -> None:
    with at.signer() as signer:
        signer.begin()
        finish(signer)
        at.log.extend(50)
        signer.step()
        assert [size for size, _, _ in at.checkpoints()] == [600]
        assert 0 < signer.wait() <= 1
        signer._signed_at -= 1
        signer.step()
        assert [size for size, _, _ in at.checkpoints()] == [600, 650]


def test_a_record_that_nobody_signed_is_never_signed(at: Stand) -> None:
    """T04: whoever can insert, and has the data keys, has no author's key."""
    at.log.extend(50)
    at.log.do("update ledger.events set mac = set_byte(mac, 0, get_byte(mac, 0) # 1) where position = 620")
    with at.signer() as signer:
        signer.begin()
        with pytest.raises(NotAdmitted, match="position 620: author 1 did not sign it"):
            finish(signer)
        assert [size for size, _, _ in at.checkpoints()][-1] == 619
        with pytest.raises(NotAdmitted):
            finish(signer)
        assert at.checkpoints()[-1][0] == 619


def test_time_that_runs_backwards_is_not_signed(at: Stand) -> None:
    at.sign_all()
    at.log.extend(50)
    at.log.do("update ledger.events set recorded_at = recorded_at - interval '1 day' where position >= 601")
    with pytest.raises(NotAdmitted, match="position 601: it is older than the record before it"):
        at.sign_all()


LOST = {
    "the newest record": ("delete from ledger.events where position = 600", "the log ends at 599"),
    "all but the first": ("delete from ledger.events where position > 1", "the log ends at 1"),
    "the newest, for another": (ON.replace("%s", "600"), "not those of which a root was promised"),
    "the newest, forged": (
        "update ledger.events set mac = decode(repeat('00', 32), 'hex') where position = 600",
        "a record that was promised is not that record any more: position 600",
    ),
    "checkpoints, changed by hand": (
        "update ledger.checkpoints set note = replace(note, E'\\n\\n', E'x\\n\\n')",
        "a checkpoint stands in the database that we did not sign",
    ),
}


@pytest.mark.parametrize("what", sorted(LOST))
def test_a_log_that_is_not_what_was_signed_is_refused(at: Stand, what: str) -> None:
    at.sign_all()
    change, says = LOST[what]
    at.log.do(change)
    with at.signer() as signer, pytest.raises(Inconsistent, match=says):
        signer.begin()


def test_a_log_that_goes_back_while_the_signer_looks_is_refused(at: Stand) -> None:
    with at.signer() as signer:
        signer.begin()
        finish(signer)
        at.log.do("delete from ledger.events where position > 500")
        with pytest.raises(Inconsistent, match="the log ends at 500: 600 records of it were signed"):
            signer.step()


def test_a_database_that_was_put_back_whole_is_refused(at: Stand) -> None:
    """T05: its own tiles and checkpoints went back with it; the signer's memory did not."""
    at.sign_all()
    at.log.do("create table kept_tiles as table ledger.tiles")
    at.log.do("create table kept_checkpoints as table ledger.checkpoints")
    at.log.extend(100)
    at.sign_all()
    at.log.do("delete from ledger.events where position > 600")
    for table in ("tiles", "checkpoints"):
        at.log.do(f"truncate ledger.{table}")
        at.log.do(f"insert into ledger.{table} table kept_{table}")
    with (
        at.signer() as signer,
        pytest.raises(Inconsistent, match="the log ends at 600: 700 records of it were promised"),
    ):
        signer.begin()


def test_a_signer_without_its_memory_signs_nothing(at: Stand) -> None:
    """Whoever could make it forget could have it sign another history."""
    at.sign_all()
    (at.folder / "memory.json").unlink()
    with at.signer() as signer, pytest.raises(Inconsistent, match=r"memory\.json is gone: put it back from a copy"):
        signer.begin()


def test_a_memory_is_whole_or_refused(at: Stand) -> None:
    at.sign_all()
    path = at.folder / "memory.json"
    whole = path.read_bytes()
    for place in range(0, len(whole), 97):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with at.signer() as signer, pytest.raises(MemoryBroken, match="is damaged"):
            signer.begin()
    path.write_bytes(whole[: len(whole) // 2])
    with at.signer() as signer, pytest.raises(MemoryBroken, match="is damaged"):
        signer.begin()


def test_two_signers_never_share_a_memory(at: Stand) -> None:
    with at.signer(), pytest.raises(MemoryBusy, match="another signer uses"):
        MemoryFile(at.folder)


def test_a_second_signer_comes_to_the_same_roots_or_signs_nothing(at: Stand, tmp_path: Path) -> None:
    """T07: split brain. Each has a memory of its own; the database has one list of checkpoints."""
    other = tmp_path / "other"
    other.mkdir()
    at.sign_all()
    (other / "memory.json").write_bytes((at.folder / "memory.json").read_bytes())
    at.log.extend(100)
    with at.signer() as first, at.signer(other) as second:
        second.begin()
        first.begin()
        finish(first)
        with pytest.raises(Inconsistent, match="a checkpoint of 700 records is published already"):
            stale(second, 650)
    with at.signer(other) as second:
        second.begin()
        assert second.size == 700
    sizes = [size for size, _, _ in at.checkpoints()]
    assert sizes == sorted(set(sizes))


def stale(signer: Signer, size: int) -> None:
    """As one that stood still while another went on: it signs what it had read."""
    signer._grow(size)
    signer._sign(at_once=True)


def test_the_signer_can_do_nothing_but_sign(at: Stand) -> None:
    with psycopg.connect(at.database.dsn("sign"), autocommit=True) as signer:
        for statement in (
            "insert into ledger.checkpoints values ('x', 1, 'x', 'x', true)",
            "update ledger.gate set closed = null",
            "delete from ledger.tiles",
            "delete from ledger.events",
            "select from ledger.event_keys",
            "select ledger.barrier()",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                signer.execute(statement)
    with psycopg.connect(at.database.append, autocommit=True) as appender:
        for statement in ("select ledger.open_gate('x')", "select ledger.close_gate('x', 'y')"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                appender.execute(statement)


def test_what_was_signed_is_verified_by_the_tiles_it_kept(at: Stand) -> None:
    at.sign_all()
    assert at.log.verify(Level.TILES).run.findings == []


def test_a_hole_is_not_signed_over(at: Stand) -> None:
    """T03: one from the middle of what is not signed yet."""
    at.log.extend(50)
    at.log.do("delete from ledger.events where position = 610")
    with pytest.raises(NotAdmitted, match="position 610"):
        at.sign_all()
    assert at.checkpoints()[-1][0] == 609


def test_what_does_not_stand_there_is_not_taken_for_something_that_was_admitted(at: Stand) -> None:
    with at.signer() as signer, pytest.raises(NotAdmitted, match="position 601: nothing stands here"):
        signer.records.read(signer.store.database, 600, 610, 0)
