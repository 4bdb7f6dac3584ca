"""A log in PostgreSQL leaves as an export, one record as its proof; others' programs and the auditor's check them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pymerkle import InmemoryTree
from tlog_scales import signing, tlog
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader

from ops.crypto.key_store import Tier
from ops.proof import auditor, tree
from ops.proof.errors import Inconsistent, Unproved
from ops.proof.export import NotExported, export
from ops.proof.notes import Note
from ops.proof.prooffile import ProofFile
from ops.proof.stored import Signed, StoredTiles, newest
from tests.ops.ledger.sample import LOG_ID, fresh_keys
from tests.ops.proof.logs import SealedLog
from tests.support.sealed import verifier
from tests.support.servers import Database

SIZE = 600
KEY = str(verifier(LOG_ID))


@pytest.fixture
def log(ledger_database: Database) -> Iterator[SealedLog]:
    with psycopg.connect(ledger_database.superuser, autocommit=True) as hand:
        log = SealedLog(ledger_database, fresh_keys(), hand)
        log.fill(SIZE)
        log.seal(300)
        log.seal()
        yield log


def signed(log: SealedLog, covering: int = 0) -> Signed:
    found = newest(log.hand, covering)
    assert found is not None
    return found


def audit(source: Path, *seen: str) -> auditor.Report:
    earlier = [(f"checkpoint {at}", auditor.note_of(text)) for at, text in enumerate(seen)]
    return auditor.audit(source, auditor.key_of(KEY), None, earlier)


def test_an_auditor_who_kept_an_earlier_checkpoint_finds_the_log_whole(log: SealedLog, tmp_path: Path) -> None:
    (earlier,) = log.hand.execute("select note from ledger.checkpoints where size = 300").fetchone() or ("",)
    export(log.hand, LOG_ID, signed(log), tmp_path / "export")
    report = audit(tmp_path / "export", earlier)
    assert (report.named, report.size) == ([], SIZE)


def test_others_programs_come_to_the_same_root_and_entries(log: SealedLog, tmp_path: Path) -> None:
    """Another reader of C2SP tiles, and another tree over the entries that it read."""
    export(log.hand, LOG_ID, signed(log), tmp_path / "export")
    reader = TilesReader(LocalBackend(tmp_path / "export"))
    checkpoint: tlog.Checkpoint = reader.get_checkpoint()
    checkpoint.verify(signing.Vkey.from_string(KEY))
    assert reader.calculate_root_hash() == checkpoint.root_hash
    others = InmemoryTree(algorithm="sha256")
    for index in range(SIZE):
        others.append_entry(reader.get_entry(index))
    assert others.get_root(SIZE) == checkpoint.root_hash
    assert others.get_root(300) == signed_root(log, 300)


def signed_root(log: SealedLog, size: int) -> bytes:
    (root,) = log.hand.execute("select root from ledger.checkpoints where size = %s", (size,)).fetchone() or (b"",)
    return bytes(root)


@pytest.mark.parametrize("position", [1, 256, 257, 300, SIZE])
def test_one_record_is_proved_from_the_tiles_that_are_kept(log: SealedLog, position: int, tmp_path: Path) -> None:
    at, tiles = signed(log, position), StoredTiles(log.hand, LOG_ID)
    path = tree.inclusion(tiles.tree(at.size), position - 1, at.size)
    (entry,) = tiles.entries((position - 1) // 256, 256 if position <= 512 else SIZE - 512)[(position - 1) % 256 :][:1]
    file = tmp_path / "one.tlog-proof"
    file.write_text(str(ProofFile(position - 1, tuple(path), Note.parse(at.note), entry)))
    assert audit(file).named == []


def test_a_log_that_is_not_what_was_signed_is_not_exported(log: SealedLog, tmp_path: Path) -> None:
    log.do("update ledger.events set recorded_at = recorded_at + interval '1 microsecond' where position = 599")
    with pytest.raises(Inconsistent, match=f"{SIZE} records do not come to the root"):
        export(log.hand, LOG_ID, signed(log), tmp_path / "export")
    assert list(tmp_path.iterdir()) == []


def test_a_row_that_is_no_record_is_said_in_a_sentence(log: SealedLog, tmp_path: Path) -> None:
    log.do("update ledger.events set key_id = -1 where position = 599")
    with pytest.raises(NotExported, match="ledger verify` names it"):
        export(log.hand, LOG_ID, signed(log), tmp_path / "export")
    assert list(tmp_path.iterdir()) == []


def test_nothing_that_is_there_is_written_over(log: SealedLog, tmp_path: Path) -> None:
    with pytest.raises(NotExported, match="is there already"):
        export(log.hand, LOG_ID, signed(log), tmp_path)
    with pytest.raises(NotExported, match="is no folder: make it first"):
        export(log.hand, LOG_ID, signed(log), tmp_path / "nowhere" / "export")


def test_an_export_holds_nothing_that_opens_or_reads_as_an_event(log: SealedLog, tmp_path: Path) -> None:
    export(log.hand, LOG_ID, signed(log), tmp_path / "export")
    whole = b"".join(path.read_bytes() for path in (tmp_path / "export").rglob("*") if path.is_file())
    assert b"sample.changed" in whole
    for state, mac in log.hand.execute("select state, mac from ledger.events limit 20"):
        assert bytes(state[15:40]) not in whole
        assert bytes(mac) in whole
    for tier in Tier:
        for (wrapped,) in log.hand.execute(f"select wrapped from ledger.{tier}_keys".encode()):
            assert bytes(wrapped) not in whole


def test_of_a_position_that_no_checkpoint_covers_there_is_no_proof_yet(log: SealedLog) -> None:
    assert newest(log.hand, SIZE + 1) is None
    log.do("delete from ledger.tiles where index = 0")
    with pytest.raises(Unproved, match=r"tile/0/000 is not kept"):
        StoredTiles(log.hand, LOG_ID).tile(0, 0, 256)


def test_the_checkpoint_agreed_on_may_be_older_than_the_newest(log: SealedLog) -> None:
    log.do("update ledger.checkpoints set agreed = false where size = 600")
    assert (signed(log).size, getattr(newest(log.hand, agreed=True), "size", 0)) == (SIZE, 300)
