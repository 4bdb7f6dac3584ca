"""Seals events for the log and opens records again, checking each before anything in it is believed."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from secrets import token_bytes
from typing import Final
from uuid import UUID

from msgspec import DecodeError

from domain.base import Event
from domain.logs import FORMAT, Log
from domain.shreddings import Shredding
from ops.crypto.aead import NotOpened
from ops.crypto.author_keys import AuthorKeys
from ops.crypto.keyring import DataKey, Keyring, scope_of
from ops.ledger.entry import (
    LONGEST_STATE,
    MAC,
    NONCE,
    SHORTEST_STATE,
    VERSION,
    bound,
    bound_by,
    schema_of,
    signed,
)
from ops.ledger.errors import Forgotten, KeyShredded, KeyTampered, LedgerError, Tampered, Unsealable, UpgradeNeeded
from ops.ledger.log import Record, Row
from ops.ledger.topics import Topic, Topics

LOG: Final = Log.TOPIC
_HEAD: Final = 3 + NONCE
Keys = Mapping[int, DataKey | KeyTampered]


class Mapper:
    """One log's events. `log_format` follows the log: it says whether what is unknown is new, or not ours."""

    def __init__(
        self, log_id: UUID, keyring: Keyring, signer: AuthorKeys, registry: Topics,
        random: Callable[[int], bytes] = token_bytes,
    ) -> None:  # fmt: skip
        self.log_format = FORMAT
        self._random = random
        self._log_id = log_id.bytes
        self._keyring = keyring
        self._signer = signer
        self._registry = registry
        self._shredded: set[int] = set()
        self._learnt = 0

    async def seal(self, event: Event, scope: UUID | None, today: date) -> Row:
        """`event` as a row under the data key of `scope`, or of the day, signed by this process."""
        topic = self._registry.of(event)
        author = self._signer.me
        if author not in topic.authors or author is None:
            raise Unsealable(f"{author} may not write {topic.name}")
        key = await self._keyring.data_key(scope_of(scope, today))
        stream, version = event.originator_id, event.originator_version
        associated = bound(self._log_id, stream.bytes, version, key.id, topic.schema, topic.name.encode())
        state = _seal(topic, _encoded(topic, event), key, associated, self._random(NONCE))
        mac = self._signer.sign(signed(associated, author, sha256(state).digest()))
        return Row(stream, version, topic.name, key.id, int(author), state, mac)

    async def open(self, record: Record) -> Event:
        """The event of one record; raises Tampered, KeyShredded or UpgradeNeeded."""
        return self._open(record, await self._keys({record.key_id}))

    async def open_many(self, records: Sequence[Record]) -> list[Event]:
        """The events of many records; the first that cannot be opened is raised."""
        keys = await self._keys({record.key_id for record in records})
        return [self._open(record, keys) for record in records]

    async def open_each(self, records: Sequence[Record]) -> list[Event | LedgerError]:
        """As `open_many`, but what cannot be opened stands in its place as the error, for those who go on."""
        keys = await self._keys({record.key_id for record in records})
        return [self._opened(record, keys) for record in records]

    def check(self, record: Record) -> None:
        """Raises Tampered unless its author signed it, and may write such a thing; nothing is opened."""
        self._checked(record)
        self._topic(record)

    async def _keys(self, ids: set[int]) -> Keys:
        """Those that exist; where one is missing, the log is asked whether it was shredded."""
        found = await self._keyring.load(ids)
        if ids - found.keys() - self._shredded:
            await self._learn()
        return found

    async def _learn(self) -> None:
        """What was shredded since we last asked. A record that does not open or was not signed says nothing."""
        for record in await self._keyring.shreddings(self._learnt):
            event = self._opened(record, await self._keyring.load([record.key_id]))
            if isinstance(event, Shredding.Begun):
                self._shredded.update(event.event_keys)
            self._learnt = record.position

    def _opened(self, record: Record, keys: Keys) -> Event | LedgerError:
        try:
            return self._open(record, keys)
        except (Tampered, KeyShredded) as trouble:
            return trouble

    def _open(self, record: Record, keys: Keys) -> Event:
        """The signature comes first: until it holds, nothing that the record says is looked up."""
        associated = self._checked(record)
        topic = self._topic(record)
        key = keys.get(record.key_id)
        if not isinstance(key, DataKey):
            raise self._unusable(record, key)
        try:
            encoded = key.aead.decrypt(record.state[3:_HEAD], record.state[_HEAD:], associated)
        except NotOpened:
            raise Tampered(record.position, "state: it does not open under its data key") from None
        return self._decoded(topic, record, encoded)

    def _checked(self, record: Record) -> bytes:
        """The associated data of a record that its author signed."""
        state = record.state
        if len(state) < SHORTEST_STATE or len(state) > LONGEST_STATE or state[:1] != VERSION:
            raise Tampered(record.position, "state: it is not a sealed state")
        if len(record.mac) != MAC:
            raise Tampered(record.position, "mac: it is not a signature")
        try:
            associated = bound_by(self._log_id, record)
            if self._signer.checks:
                message = signed(associated, record.author, sha256(state).digest())
                if not self._signer.valid(record.author, message, record.mac):
                    raise Tampered(record.position, "mac: its author did not sign it")
        except struct.error:
            raise Tampered(record.position, "columns: a number or the topic is out of bounds") from None
        return associated

    def _unusable(self, record: Record, key: KeyTampered | None) -> KeyShredded | Tampered:
        if key is not None:
            return Tampered(record.position, f"key: {key}")
        return (Forgotten if record.key_id in self._shredded else KeyShredded)(record.key_id, record.position)

    def _topic(self, record: Record) -> Topic:
        """The topic of a record, if it exists, its author may write it, and we know its schema."""
        topic = self._registry.get(record.topic)
        schema = schema_of(record.state)
        if topic is not None and record.author not in topic.authors:
            raise Tampered(record.position, f"author: {record.author} may not write {topic.name}")
        if topic is not None and 1 <= schema <= topic.schema:
            return topic
        if self.log_format > FORMAT:
            raise UpgradeNeeded(record.position, record.topic)
        raise Tampered(record.position, "topic: there is none of that name and schema")

    def _decoded(self, topic: Topic, record: Record, encoded: bytes) -> Event:
        schema = schema_of(record.state)
        try:
            event = topic.codec.decode(encoded, schema, record.stream, record.version, record.recorded_at)
        except (DecodeError, KeyError, TypeError, ValueError) as error:
            raise Tampered(record.position, f"content: it is not a {topic.name} of schema {schema}") from error
        if topic.aggregate.TOPIC == LOG:
            self.log_format = max(self.log_format, format_of(vars(event)))
        return event


def format_of(fields: Mapping[str, object]) -> int:
    """The format that an event of the log's own stream asks its readers for."""
    asked = fields.get("minimum_reader", fields.get("log_format", FORMAT))
    return asked if isinstance(asked, int) else FORMAT


def _encoded(topic: Topic, event: Event) -> bytes:
    try:
        return topic.codec.encode(event)
    except (TypeError, ValueError) as error:
        raise Unsealable(f"{topic.name} cannot be written: {error}") from error


def _seal(topic: Topic, encoded: bytes, key: DataKey, associated: bytes, nonce: bytes) -> bytes:
    state = VERSION + topic.schema.to_bytes(2) + nonce + key.aead.encrypt(nonce, encoded, associated)
    if len(state) > LONGEST_STATE:
        raise Unsealable(f"{topic.name} would have {len(state)} bytes, {LONGEST_STATE} at most may be written")
    return state
