"""What a recovery would come to is said exactly; it is refused where nothing is wrong or nothing can be made of it."""

from __future__ import annotations

import pytest

from ops.crypto.author_keys import AuthorKeys
from ops.proof.errors import Inconsistent
from ops.signer.records import NotAdmitted
from ops.signer.recovery import Loss, NotRecovered, assess, begin_anew
from ops.signer.signer import Identity
from ops.signer.store import Store
from tests.ops.ledger.sample import LOG_ID
from tests.ops.proof.logs import TOPICS
from tests.ops.signer.stand import NAME, Stand, finish
from tests.support.sealed import KEY


def assessed(at: Stand) -> Loss:
    authors = AuthorKeys(None, at.log.keys.authors)
    return assess(at.log.hand, LOG_ID, TOPICS, authors, at.folder, lambda done, of: None)


def shut(at: Stand) -> None:
    """As the signer's process does when it finds that the log is not what was signed."""
    with at.signer() as signer, pytest.raises(Inconsistent) as found:
        signer.begin()
    Store(at.log.hand, LOG_ID).close_gate(NAME, str(found.value))


def test_a_log_that_is_what_was_signed_is_not_recovered(at: Stand) -> None:
    at.sign_all()
    with pytest.raises(NotRecovered, match="there is nothing to recover"):
        assessed(at)


def test_how_far_the_log_is_what_was_signed_is_found_by_its_checkpoints(at: Stand) -> None:
    at.sign_all()
    at.log.extend(50)
    at.sign_all()
    at.log.extend(50)
    at.sign_all()
    at.log.do("delete from ledger.events where position > 670")
    shut(at)
    loss = assessed(at)
    assert (loss.old_name, loss.old_size, loss.kept, loss.head, loss.lost) == (NAME, 700, 650, 670, 50)
    assert loss.new_name == f"{NAME}/2"


def test_it_goes_on_under_a_new_name_and_is_signed_from_its_beginning(at: Stand) -> None:
    at.sign_all()
    at.log.do("delete from ledger.events where position > 590")
    shut(at)
    loss = assessed(at)
    begin_anew(at.folder, loss, None)
    with at.signer() as signer:
        signer.identity = Identity(loss.new_name, KEY)
        signer.begin()
        finish(signer)
    assert at.gate() is None
    asked = at.log.hand.execute("select origin, size from ledger.checkpoints order by size")
    assert asked.fetchall() == [(loss.new_name, 590), (NAME, 600)]


def test_a_record_that_nobody_signed_is_named_and_stays(at: Stand) -> None:
    at.sign_all()
    at.log.extend(50)
    at.log.do("update ledger.events set mac = set_byte(mac, 0, get_byte(mac, 0) # 1) where position = 620")
    with pytest.raises(NotAdmitted):
        at.sign_all()
    loss = assessed(at)
    assert (set(loss.admitted), loss.kept, loss.old_size) == ({620}, 619, 619)
    begin_anew(at.folder, loss, None)
    with at.signer() as signer:
        signer.identity = Identity(loss.new_name, KEY)
        signer.begin()
        finish(signer)
        assert signer.size == 650
        at.log.do("update ledger.events set mac = set_byte(mac, 1, get_byte(mac, 1) # 1) where position = 620")
    with at.signer() as signer:
        signer.identity = Identity(loss.new_name, KEY)
        with pytest.raises(Inconsistent):
            signer.begin()


def test_a_log_with_holes_is_not_recovered(at: Stand) -> None:
    at.sign_all()
    at.log.do("delete from ledger.events where position = 500 or position > 590")
    shut(at)
    with pytest.raises(NotRecovered, match="position 500"):
        assessed(at)
