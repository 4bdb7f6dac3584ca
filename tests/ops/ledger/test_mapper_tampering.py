"""Whatever is changed in a stored row, the row is refused, and the refusal names the check that it failed."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.base import Author
from domain.errors import StrongroomError
from domain.logs import FORMAT
from domain.secrets import SealedSecret, Secret
from ops.crypto.author_keys import AuthorKeys, Hmac
from ops.crypto.keyring import scope_of
from ops.ledger.entry import bound, bound_by, leaf_entry, signed
from ops.ledger.errors import SecretTampered, Tampered, UpgradeNeeded
from ops.ledger.log import Record, Row
from tests.ops.ledger.sample import LOG_ID, TODAY, Keys, changed, fresh_keys, made, record


async def a_record(keys: Keys, name: str = "a name") -> Record:
    return record(await keys.mapper().seal(made(name), None, TODAY))


async def refused(keys: Keys, found: Record) -> str:
    """The name of the check that `found` fails for who decides."""
    with pytest.raises(Tampered) as error:
        await keys.mapper().open(found)
    assert error.value.position == found.position
    return error.value.what.partition(":")[0]


async def refused_by_reader(keys: Keys, found: Record) -> str:
    """The same for the projector, who cannot check signatures."""
    with pytest.raises(Tampered) as error:
        await keys.reader().open(found)
    return error.value.what.partition(":")[0]


CHANGES: list[tuple[str, Callable[[Record], Record], str]] = [
    ("stream", lambda r: replace(r, stream=UUID(int=1)), "state"),
    ("version", lambda r: replace(r, version=2), "state"),
    ("topic", lambda r: replace(r, topic="sample.shared"), "state"),
    ("unknown topic", lambda r: replace(r, topic="os:system"), "topic"),
    ("author's other topic", lambda r: replace(r, topic="sample.worked"), "author"),
    ("author", lambda r: replace(r, author=Author.WORKER), "author"),
    ("no author", lambda r: replace(r, author=9), "author"),
    ("schema", lambda r: replace(r, state=r.state[:1] + b"\0\7" + r.state[3:]), "topic"),
    ("nonce", lambda r: replace(r, state=r.state[:3] + bytes(12) + r.state[15:]), "state"),
    ("cut", lambda r: replace(r, state=r.state[:-1]), "state"),
    ("cut short", lambda r: replace(r, state=r.state[:30]), "state"),
    ("padded", lambda r: replace(r, state=r.state + b"\0"), "state"),
    ("other format", lambda r: replace(r, state=b"\2" + r.state[1:]), "state"),
    ("too long", lambda r: replace(r, state=r.state + bytes(62_000)), "state"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "check"), [pytest.param(c, w, id=name) for name, c, w in CHANGES])
async def test_a_changed_column_is_refused(change: Callable[[Record], Record], check: str) -> None:
    keys = fresh_keys()
    tampered = change(await a_record(keys))
    assert await refused(keys, tampered) in {"mac", "state"}
    assert await refused_by_reader(keys, tampered) == check


@pytest.mark.parametrize("change", [{"version": -1}, {"version": 1 << 64}, {"key_id": -1}, {"topic": "x" * 256}])
async def test_numbers_out_of_bounds_are_refused(change: dict[str, int | str]) -> None:
    keys = fresh_keys()
    found = replace(await a_record(keys), **change)  # type: ignore[arg-type]
    assert await refused(keys, found) == "columns"


@pytest.mark.parametrize("mac", [b"", b"m" * 31, b"m" * 33])
async def test_a_signature_of_another_length_is_refused_by_all(mac: bytes) -> None:
    keys = fresh_keys()
    found = replace(await a_record(keys), mac=mac)
    assert await refused(keys, found) == "mac"
    assert await refused_by_reader(keys, found) == "mac"


async def test_states_swapped_between_rows_are_refused() -> None:
    keys = fresh_keys()
    one, other = await a_record(keys, "one"), await a_record(keys, "other")
    assert await refused(keys, replace(one, state=other.state)) == "mac"
    assert await refused(keys, replace(one, state=other.state, mac=other.mac)) == "mac"
    assert await refused_by_reader(keys, replace(one, state=other.state, mac=other.mac)) == "state"


async def test_a_row_under_another_existing_key_is_refused() -> None:
    keys = fresh_keys()
    found = await a_record(keys)
    other = await keys.keyring().data_key("day:2000-01-01")
    assert await refused(keys, replace(found, key_id=other.id)) == "mac"
    assert await refused_by_reader(keys, replace(found, key_id=other.id)) == "state"


@settings(max_examples=200, deadline=None)
@given(st.data())
async def test_any_flipped_bit_is_refused(data: st.DataObject) -> None:
    keys = fresh_keys()
    found = await a_record(keys)
    in_state = data.draw(st.booleans())
    content = bytearray(found.state if in_state else found.mac)
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    content[bit // 8] ^= 1 << bit % 8
    flipped = replace(found, state=bytes(content)) if in_state else replace(found, mac=bytes(content))
    assert await refused(keys, flipped) in {"mac", "state"}


async def test_a_record_of_another_log_is_refused() -> None:
    keys = fresh_keys()
    found = await a_record(keys)
    with pytest.raises(Tampered, match="mac"):
        await keys.mapper(log_id=UUID(int=4)).open(found)


async def test_a_moved_record_opens_but_has_another_leaf() -> None:
    """Position and time are the log's own: the tree binds them, and gapless reading, not the seal."""
    keys = fresh_keys()
    found = await a_record(keys)
    moved = replace(found, position=found.position + 1)
    await keys.mapper().open(moved)
    assert leaf_entry(LOG_ID.bytes, moved) != leaf_entry(LOG_ID.bytes, found)


@dataclass
class Forger:
    """Somebody with the database and the event root, but without the author keys."""

    keys: Keys

    async def forge(self, mac: Callable[[bytes], bytes], author: int = Author.API) -> Record:
        """A perfectly sealed row that its `author` never wrote."""
        key = await self.keys.keyring().data_key(scope_of(None, TODAY))
        event, topic = made("forged"), self.keys.mapper()._registry.of(made())
        associated = bound(LOG_ID.bytes, event.originator_id.bytes, 1, key.id, 1, topic.name.encode())
        state = b"\x01\0\1" + bytes(12) + key.aead.encrypt(bytes(12), topic.codec.encode(event), associated)
        message = signed(associated, author, sha256(state).digest())
        return record(Row(event.originator_id, 1, topic.name, key.id, author, state, mac(message)))


async def test_a_row_forged_with_the_data_key_but_not_the_author_key_is_refused() -> None:
    keys = fresh_keys()
    forger = Forger(keys)
    for mac in (lambda _: bytes(32), lambda _: b"", Hmac(b"e" * 32).digest):
        assert await refused(keys, await forger.forge(mac)) == "mac"


async def test_one_author_cannot_pass_for_another() -> None:
    keys = fresh_keys()
    forged = await Forger(keys).forge(Hmac(keys.authors[Author.WORKER]).digest)
    assert await refused(keys, forged) == "mac"


async def test_an_author_who_signs_what_he_may_not_write_is_refused_by_all() -> None:
    keys = fresh_keys()
    forged = await Forger(keys).forge(Hmac(keys.authors[Author.WORKER]).digest, Author.WORKER)
    assert await refused(keys, forged) == "author"
    assert await refused_by_reader(keys, forged) == "author"


class Spy:
    """Stands first among the finders, and notes what anybody tries to import."""

    def __init__(self) -> None:
        self.wanted: list[str] = []

    def find_spec(self, name: str, *_: object) -> None:
        self.wanted.append(name)


async def test_nothing_a_row_names_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    keys, spy = fresh_keys(), Spy()
    found = await a_record(keys)
    monkeypatch.setattr(sys, "meta_path", [spy, *sys.meta_path])
    for topic in ("antigravity:fly", "antigravity", "tests.ops.ledger.sample:Sample.Made"):
        assert await refused_by_reader(keys, replace(found, topic=topic)) == "topic"
        assert await refused(keys, replace(found, topic=topic)) == "mac"
    assert "antigravity" not in spy.wanted
    assert "antigravity" not in sys.modules


async def test_what_is_unknown_in_a_log_of_a_newer_format_is_an_upgrade() -> None:
    keys = fresh_keys()
    mapper = keys.reader()
    found = replace(await a_record(keys), topic="sample.invented-later")
    mapper.log_format = FORMAT + 1
    with pytest.raises(UpgradeNeeded):
        await mapper.open(found)


async def test_a_newer_schema_in_a_log_of_our_format_is_tampering() -> None:
    keys = fresh_keys()
    found = record(await keys.mapper().seal(changed(), None, TODAY))
    newer = replace(found, state=found.state[:1] + b"\0\4" + found.state[3:])
    assert await refused_by_reader(keys, newer) == "topic"


async def test_content_of_another_shape_is_refused() -> None:
    keys = fresh_keys()
    event = made()
    row = await keys.mapper().seal(event, None, TODAY)
    key = await keys.keyring().data_key(scope_of(None, TODAY))
    for content in (b"\x80", b"\xc0", b"not msgpack", b"\x81\xa4name\x01"):
        state = row.state[:15] + key.aead.encrypt(row.state[3:15], content, bound_by(LOG_ID.bytes, row))
        mac = Hmac(keys.authors[Author.API]).digest(
            signed(bound_by(LOG_ID.bytes, row), Author.API, sha256(state).digest())
        )
        assert await refused(keys, record(replace(row, state=state, mac=mac))) == "content"


@pytest.mark.parametrize("column", ["scope", "wrapped", "nonce", "kek"])
async def test_a_changed_key_row_is_refused(column: str) -> None:
    keys = fresh_keys()
    found = await a_record(keys)
    stored = keys.store.keys[found.key_id]
    changes: dict[str, object] = {"scope": "day:1999-01-01", "wrapped": bytes(48), "nonce": bytes(12), "kek": 2}
    keys.store.keys[found.key_id] = replace(stored, **{column: changes[column]})  # type: ignore[arg-type]
    assert await refused(keys, found) == "key"


async def test_a_changed_key_row_does_not_keep_the_others_from_being_read() -> None:
    keys = fresh_keys()
    mine, other = made("mine"), made("other")
    rows = [await keys.mapper().seal(event, event.originator_id, TODAY) for event in (mine, other)]
    keys.store.keys[rows[0].key_id] = replace(keys.store.keys[rows[0].key_id], nonce=bytes(12))
    broken, whole = await keys.mapper().open_each([record(rows[0]), record(rows[1], 3)])
    assert isinstance(broken, Tampered)
    assert not isinstance(whole, Exception)


async def test_a_key_row_put_in_anothers_place_is_refused() -> None:
    keys = fresh_keys()
    found = await a_record(keys)
    other = await keys.keyring().data_key("day:2000-01-01")
    keys.store.keys[found.key_id] = replace(keys.store.keys[other.id], id=found.key_id)
    assert await refused(keys, found) == "key"


OWNER, OTHER = UUID(int=21), UUID(int=22)
MOVES: list[tuple[str, Callable[[Keys, SealedSecret], Awaitable[Secret]]]] = [
    ("owner", lambda k, s: k.sealer().open(s, OTHER, "password")),
    ("field", lambda k, s: k.sealer().open(s, OWNER, "candidate")),
    ("id", lambda k, s: k.sealer().open(replace(s, id=UUID(int=3)), OWNER, "password")),
    ("format", lambda k, s: k.sealer().open(replace(s, sealed=b"\2" + s.sealed[1:]), OWNER, "password")),
    ("cut", lambda k, s: k.sealer().open(replace(s, sealed=s.sealed[:-1]), OWNER, "password")),
    ("nothing", lambda k, s: k.sealer().open(replace(s, sealed=b"\1"), OWNER, "password")),
    ("flipped", lambda k, s: k.sealer().open(replace(s, sealed=s.sealed[:-1] + b"\0"), OWNER, "password")),
]


@pytest.mark.parametrize("move", [pytest.param(move, id=name) for name, move in MOVES])
async def test_a_sealed_secret_opens_only_where_it_was_sealed(
    move: Callable[[Keys, SealedSecret], Awaitable[Secret]],
) -> None:
    keys = fresh_keys()
    sealed = await keys.sealer().seal(Secret("hunter2"), OWNER, "password")
    assert await keys.sealer().open(sealed, OWNER, "password") == Secret("hunter2")
    with pytest.raises(SecretTampered):
        await move(keys, sealed)


def test_who_holds_some_author_keys_but_not_all_does_not_start() -> None:
    with pytest.raises(ValueError, match="all authors"):
        AuthorKeys(Author.API, {Author.API: b"k" * 32})
    with pytest.raises(ValueError, match="needs keys"):
        AuthorKeys(Author.API, {})


def test_tampering_is_not_a_refusal() -> None:
    assert not issubclass(Tampered, StrongroomError)
