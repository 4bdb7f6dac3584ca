"""Whoever has the export, the public keys and one file can say that a log is whole, or what is not, and where."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from domain import ids
from domain.counts import EVERY, Count
from ops.crypto.signing import SigningKey
from ops.ledger.counting import BEHIND
from ops.ledger.merkle import leaf_hash
from ops.proof import auditor
from ops.proof.auditor import Fault
from ops.proof.errors import Inconsistent
from ops.proof.notes import Checkpoint, cosign, sign_checkpoint
from ops.proof.prooffile import ProofFile
from ops.proof.tree import inclusion
from tests.ops.proof.exported import KEY_TEXT, LOG_ID, audit, counted, entries, lay, sealed
from tests.ops.proof.forest import Leaves
from tests.support.sealed import origin

SIZE = 700
MADE = entries(SIZE)


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay(tmp_path_factory.mktemp("exports") / "export", MADE)


@pytest.fixture
def copy(export: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(export, tmp_path / "export"))


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 512, 66_000])
def test_a_whole_log_is_said_to_be_whole(size: int, tmp_path: Path) -> None:
    report = audit(lay(tmp_path / "export", entries(size)))
    assert (report.named, report.size, report.witnesses) == ([], size, ["ours"])


def test_a_thousand_flipped_bits_are_each_found_where_they_are(copy: Path) -> None:
    """In every file there is, the export's own manifest and white space included."""
    chance = random.Random(4)
    files = sorted(path for path in copy.rglob("*") if path.is_file())
    for number in range(1_000):
        path = files[number % len(files)] if number < 5 * len(files) else chance.choice(files)
        whole = path.read_bytes()
        at = chance.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        name = path.relative_to(copy).as_posix()
        found = {(fault, position) for fault, position, _ in audit(copy).named}
        assert found & expected(name, at, whole), (name, at, found)
        assert {fault for fault, _ in found} <= allowed(name), (name, at, found)
        path.write_bytes(whole)


def expected(name: str, at: int, whole: bytes) -> set[tuple[Fault, int]]:
    """What has to be said of a change at byte `at` of a file: class and position."""
    if name == "manifest.json":
        return {(Fault.EXPORT, 0)}
    if name == "checkpoint":
        return {(fault, 0) for fault in (Fault.CHECKPOINT, Fault.SIGNATURE, Fault.WITNESS)}
    level = name.split("/")[1]
    index = int(name.split("/")[2][:3])
    if level == "entries":
        return {(Fault.ENTRY, index * 256 + 1 + _entry_at(whole, at))}
    return {(Fault.TILE, (index * 256 + at // 32 << 8 * int(level)) + 1)}


def allowed(name: str) -> set[Fault]:
    """Nothing else may be blamed: what follows from the change is not a fault of its own."""
    if name == "manifest.json":
        return {Fault.EXPORT}
    if name == "checkpoint":
        return set(Fault) - {Fault.TILE, Fault.ENTRY, Fault.PROOF}
    return {Fault.ENTRY} if "entries" in name else {Fault.TILE}


def _entry_at(whole: bytes, at: int) -> int:
    number = start = 0
    while (end := start + 2 + int.from_bytes(whole[start : start + 2])) <= at:
        number, start = number + 1, end
    return number


Damage = Callable[[Path], object]
DAMAGES: dict[str, tuple[Damage, Fault]] = {
    "a tile is missing": (lambda f: (f / "tile/0/001").unlink(), Fault.EXPORT),
    "a tile is cut off": (lambda f: cut(f / "tile/0/001"), Fault.TILE),
    "a bundle is cut off": (lambda f: cut(f / "tile/entries/001"), Fault.ENTRY),
    "a bundle is empty": (lambda f: (f / "tile/entries/001").write_bytes(b""), Fault.ENTRY),
    "a file too many": (lambda f: (f / "tile/0/notes.txt").write_text("hello"), Fault.EXPORT),
    "a pipe in place of a tile": (lambda f: pipe(f / "tile/0/001"), Fault.TILE),
    "a link in place of a tile": (lambda f: link(f / "tile/0/001"), Fault.TILE),
    "no checkpoint": (lambda f: (f / "checkpoint").unlink(), Fault.CHECKPOINT),
    "a checkpoint of nothing": (lambda f: (f / "checkpoint").write_bytes(b""), Fault.CHECKPOINT),
    "a checkpoint that is not text": (lambda f: (f / "checkpoint").write_bytes(b"\xff\xfe"), Fault.CHECKPOINT),
    "entries swapped": (lambda f: swap(f / "tile/entries/000", f / "tile/entries/001"), Fault.ENTRY),
}


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def link(path: Path) -> None:
    moved = path.rename(path.parents[3] / "elsewhere")
    path.symlink_to(moved)


def swap(one: Path, other: Path) -> None:
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


@pytest.mark.parametrize("what", DAMAGES)
def test_a_damaged_export_is_named_and_never_a_traceback(copy: Path, what: str) -> None:
    damage, fault = DAMAGES[what]
    damage(copy)
    done = run(str(copy), "--key", KEY_TEXT, "--json")
    assert fault.name in json.loads(done.stdout)["faults"], done.stdout
    assert done.returncode == min(Fault[name] for name in json.loads(done.stdout)["faults"])
    assert done.stderr == ""


def test_a_rewritten_log_that_its_own_key_signed_is_a_fork_to_whoever_kept_a_checkpoint(tmp_path: Path) -> None:
    """T06: whoever has database and log key rewrites history, and signs it; every earlier checkpoint proves it."""
    kept = sealed(MADE[:300])
    rewritten = [*MADE[:99], MADE[99][:-1] + b"?", *MADE[100:]]
    export = lay(tmp_path / "export", rewritten)
    assert audit(export).faults == {}
    assert [(fault, position) for fault, position, _ in audit(export, kept).named] == [(Fault.SEEN, 300)]


def test_a_log_that_was_shortened_ends_before_what_was_seen(tmp_path: Path) -> None:
    export = lay(tmp_path / "export", MADE[:400])
    assert [fault for fault, _, _ in audit(export, sealed(MADE[:256]), sealed(MADE)).named] == [Fault.SEEN]


@pytest.mark.parametrize("at", [1, 255, 256, 300, 512, SIZE])
def test_a_log_begins_with_what_was_seen_of_it(export: Path, at: int) -> None:
    assert audit(export, sealed(MADE[:at])).named == []


def test_a_seen_checkpoint_that_the_log_never_signed_is_no_evidence(export: Path) -> None:
    forged = sign_checkpoint(Checkpoint(origin(LOG_ID), 256, bytes(32)), SigningKey(bytes(32)))
    assert [fault for fault, _, _ in audit(export, forged).named] == [Fault.SIGNATURE]


def test_too_few_witnesses_are_said(tmp_path: Path) -> None:
    report = audit(lay(tmp_path / "export", MADE, sealed(MADE, witnessed=False)))
    assert [fault for fault, _, _ in report.named] == [Fault.WITNESS]


def test_a_signature_of_nobody_known_is_said(tmp_path: Path) -> None:
    note = sealed(MADE)
    stranger = cosign(note, SigningKey(bytes(32)), "stranger.example", 1)
    report = audit(lay(tmp_path / "export", MADE, note.with_(stranger)))
    assert "stranger.example" in report.named[0][2]


def test_records_out_of_order_are_named_though_the_log_signed_them(tmp_path: Path) -> None:
    report = audit(lay(tmp_path / "export", [*MADE[:9], MADE[10], MADE[9], *MADE[11:]]))
    assert {position for fault, position, _ in report.named if fault is Fault.ENTRY} >= {10, 11}


def test_an_export_whose_entries_do_not_come_to_the_signed_root_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(Inconsistent):
        lay(tmp_path / "export", [*MADE[:9], b"?", *MADE[10:]], sealed(MADE))


def proof_of(position: int) -> ProofFile:
    leaves = list(map(leaf_hash, MADE))
    return ProofFile(
        position - 1, tuple(inclusion(Leaves(leaves), position - 1, SIZE)), sealed(MADE), MADE[position - 1]
    )


@pytest.mark.parametrize("position", [1, 256, 257, SIZE])
def test_the_proof_of_one_record_holds(position: int, tmp_path: Path) -> None:
    file = tmp_path / "one.tlog-proof"
    file.write_text(str(proof_of(position)))
    assert audit(file).faults == {}


def test_a_flipped_bit_anywhere_in_the_proof_of_a_record_is_found(tmp_path: Path) -> None:
    file, whole = tmp_path / "one.tlog-proof", str(proof_of(300)).encode()
    chance = random.Random(5)
    for at in chance.sample(range(len(whole)), 300):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        assert audit(file).faults, at


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """Alone: without this project on its path, as an auditor has it."""
    program = Path(auditor.__file__)
    return subprocess.run([sys.executable, "-I", str(program), *words], capture_output=True, text=True, check=False)


def test_it_runs_alone(export: Path, tmp_path: Path) -> None:
    key = tmp_path / "log.key"
    key.write_text(KEY_TEXT + "\n")
    done = run(str(export), "--key", str(key))
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{SIZE} records" in done.stdout
    assert "all holds" in done.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere", "--key", KEY_TEXT], "nowhere is not there"),
        ([".", "--key", "rubbish"], "no Ed25519 verifier key"),
        ([".", "--key", KEY_TEXT, "--policy", "/dev/null"], "how many have to agree"),
        ([".", "--key", KEY_TEXT, "--seen", "/nowhere"], "No such file"),
        ([".", "--key", KEY_TEXT, "--seen", "/dev/null"], "/dev/null: it is no signed note"),
    ],
)
def test_what_is_asked_wrongly_is_said_in_a_sentence(words: list[str], says: str) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_the_page_for_auditors_names_every_exit_code() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "proof.md").read_text()
    assert [fault.name for fault in Fault if f"| {fault.value} {fault.name} |" not in page] == []


def counts(*lasts: int) -> dict[int, UUID]:
    """Each right behind the range that ends there."""
    return {last + 1: Count.create_id(last) for last in lasts}


COUNTED: dict[str, tuple[int, dict[int, UUID], list[int]]] = {
    "each in its turn": (3100, counts(1000, 2000, 3000), []),
    "late, but all": (2100, {2050: Count.create_id(1000), 2051: Count.create_id(2000)}, []),
    "never": (5100, {}, []),
    "the newest not yet": (4001, counts(1000), []),
    "one is left out": (3100, counts(1000, 3000), [3001]),
    "one that another counts": (3100, {**counts(1000, 2000), 2500: ids.new()}, [2500]),
    "before its range has ended": (2100, {**counts(1000), 1900: Count.create_id(2000)}, [1900]),
    "nobody any more": (4100, counts(1000), [1001]),
}


@pytest.mark.parametrize("what", COUNTED)
def test_whether_every_thousand_records_were_counted_is_seen_without_a_key(what: str, tmp_path: Path) -> None:
    size, placed, wanted = COUNTED[what]
    report = audit(lay(tmp_path / "export", counted(size, placed)))
    assert [(fault, position) for fault, position, _ in report.named] == [(Fault.COUNT, each) for each in wanted]
    kinds = Counter({"log.opened": 1, "count.noted": len(placed), "sample.made": size - 1 - len(placed)})
    assert report.kinds == kinds


def test_auditor_and_vault_agree_on_what_is_counted_together() -> None:
    assert (auditor.EVERY, auditor.BEHIND) == (EVERY, BEHIND)
