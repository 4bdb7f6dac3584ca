"""Witnesses cosign what continues what they saw, and nothing else: with them not even the log's key can rewrite it."""

from __future__ import annotations

import http.client
import shutil
from pathlib import Path

import pytest

from ops.ledger.merkle import leaf_hash
from ops.proof.errors import Inconsistent
from ops.proof.notes import Checkpoint, Note, Signature, sign_checkpoint
from ops.proof.tiles import Edge
from ops.signer.signer import Signer
from ops.signer.witnesses import Answer, Witnesses, post
from tests.ops.signer.stand import IDENTITY, NAME, Stand, Standing, finish, policy, witnesses
from tests.support.sealed import KEY, WITNESS


def test_as_many_as_the_policy_asks_for_have_to_agree(at: Stand, tmp_path: Path) -> None:
    with witnesses(tmp_path, "one", "two", "three") as standing:
        at.policy = policy(2, standing)
        at.sign_all()
        assert [(size, agreed) for size, _, agreed in at.checkpoints()] == [(600, True)]
        (note,) = at.log.hand.execute("select note from ledger.checkpoints").fetchone() or ("",)
        assert at.policy.cosigned(Note.parse(note)) == ["one", "two", "three"]
        assert at.log.verify(policy=at.policy).run.findings == []


def test_one_that_is_away_is_done_without_and_comes_back(at: Stand, tmp_path: Path) -> None:
    away: set[str] = set()

    def sometimes(address: str, body: bytes) -> Answer:
        if any(address.startswith(each) for each in away):
            raise ConnectionRefusedError
        return post(address, body)

    with witnesses(tmp_path, "one", "two") as standing:
        at.policy = policy(2, standing)
        away.add(standing[1].url)
        with at.signer(witnesses=Witnesses(at.policy, sometimes)) as signer:
            signer.begin()
            finish(signer)
            assert at.checkpoints()[-1][::2] == (600, False)
            assert signer.unwitnessed_since is not None
            away.clear()
            signer.witnesses._known["two"].rests_until = 0
            signer._signed_at -= 1
            signer.step()
            assert at.checkpoints()[-1][::2] == (600, True)
            assert signer.unwitnessed_since is None


def set_back(at: Stand, to: int) -> None:
    """Database and signer's memory, both from the same day: nothing here remembers what came after."""
    at.log.do("delete from ledger.events where position > %s", to)
    at.log.do("truncate ledger.tiles, ledger.checkpoints")
    (at.folder / "memory.json").unlink()


def test_a_log_and_its_signer_that_were_set_back_together_are_refused(at: Stand, tmp_path: Path) -> None:
    """T05: nothing here remembers what was lost, somebody elsewhere does."""
    with witnesses(tmp_path, "one") as standing:
        at.policy = policy(1, standing)
        at.sign_all()
        set_back(at, 300)
        with pytest.raises(Inconsistent, match="the log ends at 300: the witness one has seen 600 records"):
            at.sign_all()
        assert at.checkpoints() == []


def test_a_history_that_was_signed_anew_is_refused(at: Stand, tmp_path: Path) -> None:
    """T06: whoever holds the log's key and the database can sign everything, and still nobody agrees."""
    with witnesses(tmp_path, "one") as standing:
        at.policy = policy(1, standing)
        at.sign_all()
        set_back(at, 600)
        at.log.do("update ledger.events set recorded_at = recorded_at - interval '1 microsecond' where position = 200")
        at.log.do("update ledger.events set recorded_at = recorded_at - interval '2 microseconds' where position = 199")
        at.log.do("update ledger.events set recorded_at = recorded_at - interval '2 microseconds' where position < 199")
        at.log.extend(100)
        with pytest.raises(Inconsistent, match="the witness one saw another log of 600 records"):
            at.sign_all()


def test_a_signer_that_was_set_back_alone_learns_from_its_witness(at: Stand, tmp_path: Path) -> None:
    """Its memory came from a backup, and the log still has all that was signed: nothing is lost."""
    with witnesses(tmp_path, "one") as standing:
        at.policy = policy(1, standing)
        at.sign_all()
        old = (at.folder / "memory.json").read_bytes()
        at.log.extend(100)
        at.sign_all()
        (at.folder / "memory.json").write_bytes(old)
        at.log.do("delete from ledger.checkpoints where size > 600")
        at.sign_all()
        assert at.checkpoints()[-1][::2] == (700, True)


def test_tiles_that_were_changed_are_not_shown_to_witnesses(at: Stand, tmp_path: Path) -> None:
    """They would take the log for another; it is the tiles that are."""
    with witnesses(tmp_path, "one") as standing:
        at.policy = policy(1, standing)
        at.sign_all()
        at.log.extend(50)
        at.sign_all()
        at.log.do("update ledger.tiles set root = set_byte(root, 0, get_byte(root, 0) # 1) where index = 0")
        at.log.do("update ledger.tiles set hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1) where index = 0")
        at.log.extend(50)
        with pytest.raises(
            Inconsistent, match="the tiles that are kept do not come to the root that was signed at 700"
        ):
            at.sign_all()


def test_a_cosignature_of_somebody_else_counts_for_nothing(at: Stand, tmp_path: Path) -> None:
    with witnesses(tmp_path, "one") as standing:
        at.policy = policy(1, standing)
        forged = Signature("one", standing[0].key.id, bytes(8) + WITNESS.sign(b"something else"))
        with at.signer(witnesses=Witnesses(at.policy, lambda address, body: (200, f"{forged}\n"))) as signer:
            signer.begin()
            finish(signer)
        ((note,),) = at.log.hand.execute("select note from ledger.checkpoints where not agreed").fetchall()
        assert str(forged) not in note


def asked(standing: Standing, body: str, path: str = "/add-checkpoint") -> tuple[int, str, str]:
    connection = http.client.HTTPConnection(standing.url.removeprefix("http://"))
    connection.request("POST", path, body.encode())
    answer = connection.getresponse()
    return answer.status, answer.getheader("Content-Type") or "", answer.read().decode()


def checkpoint(size: int, salt: bytes = b"") -> Note:
    edge = Edge()
    edge.extend([leaf_hash(salt + bytes([number])) for number in range(size)])
    return sign_checkpoint(Checkpoint(NAME, size, edge.root()), KEY)


def test_a_witness_answers_as_its_standard_says(tmp_path: Path) -> None:
    other = sign_checkpoint(Checkpoint("another/log", 1, b"x" * 32), KEY)
    with witnesses(tmp_path, "one") as (one,):
        assert asked(one, "")[0] == 400
        assert asked(one, f"old 1\n\n{checkpoint(0)}")[0] == 400
        assert asked(one, f"old x\n\n{checkpoint(3)}")[0] == 400
        assert asked(one, f"old 0\n\n{checkpoint(3)}", "/else")[0] == 404
        assert asked(one, f"old 0\n\n{other}")[0] == 404
        unsigned = str(checkpoint(3)).replace("— ", "— x", 1)
        assert asked(one, f"old 0\n\n{unsigned}")[0] == 403
        status, _, cosignature = asked(one, f"old 0\n\n{checkpoint(3)}")
        assert (status, cosignature.startswith("— one ")) == (200, True)
        assert asked(one, f"old 0\n\n{checkpoint(4)}") == (409, "text/x.tlog.size", "3\n")
        assert asked(one, f"old 4\n\n{checkpoint(3)}")[0] == 400
        assert asked(one, f"old 3\n\n{checkpoint(3)}")[0] == 200
        assert asked(one, f"old 3\n\n{checkpoint(3, b'x')}")[0] == 422
        assert asked(one, f"old 3\n\n{checkpoint(5)}")[0] == 422
        assert asked(one, "old 3\n\n" + "x" * 70_000)[0] == 413


def test_a_witness_remembers_before_it_answers(tmp_path: Path) -> None:
    with witnesses(tmp_path, "one") as (one,):
        asked(one, f"old 0\n\n{checkpoint(3)}")
    with witnesses(tmp_path, "one") as (one,):
        assert asked(one, f"old 0\n\n{checkpoint(4)}")[0] == 409
        (kept,) = one.folder.glob("*.checkpoint")
        kept.write_text("nothing of use")
        assert asked(one, f"old 3\n\n{checkpoint(4)}")[0] == 500


def test_one_that_cannot_write_down_what_it_saw_cosigns_nothing(tmp_path: Path) -> None:
    with witnesses(tmp_path, "one") as (one,):
        shutil.rmtree(one.folder)
        status, _, said = asked(one, f"old 0\n\n{checkpoint(3)}")
        assert (status, "cannot be written down" in said) == (500, True)


def test_the_signer_signs_as_the_log(at: Stand) -> None:
    with at.signer() as signer:
        assert isinstance(signer, Signer)
        assert str(signer.identity.verifier) == str(IDENTITY.verifier)
