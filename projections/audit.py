"""The audit trail: every event as a row that people can read, with the hash by which it is proved against the log.

Names are kept with the position from which they held, and looked up as of the row that mentions them.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from domain.access_lists import AccessList
from domain.accounts import Account
from domain.administrators import Administrators
from domain.all_scope import AllScopeUse
from domain.base import Author, Event, Severity
from domain.disclosures import Disclosure
from domain.helpers import Helper
from domain.names import Name
from domain.notices import Notice
from domain.probes import Probe
from domain.provenance import NOBODY_ID, ActorKind, Channel
from domain.readings import Reading
from domain.refusals import Refusal
from domain.registry import AGGREGATES
from domain.resets import Reset
from domain.resources import Resource
from domain.roles import Role
from domain.sessions import Session
from domain.sign_ins import SignIn
from domain.users import User
from domain.uses import Use
from ops.ledger.entry import leaf_entry
from ops.ledger.errors import KeyShredded
from ops.ledger.log import Record
from projections.base import Fact, Poison, Projection, Rows
from projections.details import details_of, summary_of

LEAF = b"\x00"
DONE, REFUSED = "done", "refused"
PART, HOME = "part", "home"
"""A stream that belongs to something else: told of as that; or that stands somewhere: told of beside that."""
KEYLESS_TITLE = "A record whose key is no more"
UNREADABLE_TITLE = "A record that cannot be read"
FORGOTTEN_TITLE = "A record that was forgotten for good"
REFUSING = frozenset({Refusal.Recorded, Refusal.Repeated, SignIn.Failed, SignIn.Locked})
_RESOURCE, _ACCOUNT = ("names", "resource", "name"), ("names", "account", "username")
_PART_OF_USER = ("parts", PART, "user_id")
NOTED: Mapping[type[Event], Sequence[tuple[str, str, str]]] = {
    User.Added: [("names", "user", "username")],
    Resource.Added: [_RESOURCE],
    Resource.Changed: [_RESOURCE],
    Account.Added: [_ACCOUNT, ("parts", HOME, "resource_id")],
    Account.Edited: [_ACCOUNT],
    Account.Moved: [("parts", HOME, "to_id")],
    Role.Defined: [("names", "role", "name")],
    AccessList.Opened: [("parts", PART, "object_id")],
    Reset.Requested: [("parts", PART, "account_id")],
    Probe.Requested: [("parts", PART, "thing_id")],
    Helper.Opened: [("parts", PART, "account_id")],
    Session.Started: [_PART_OF_USER],
    SignIn.Invited: [_PART_OF_USER],
}
"""The events that tell a name, or what a stream belongs to: the table, the kind, and which field says it."""
_AUTHORS = {int(author): author.name.lower() for author in Author}

Subject = tuple[str | None, UUID | None]
"""What an event is about: its kind, when the event tells, and its id."""


class AuditProjection(Projection):
    """Everything, for ever, in the order in which it happened."""

    name = "audit"
    version = 2
    follows = AGGREGATES
    on_poison = Poison.MARK
    schema = """
        create table entries (
          position bigint primary key, recorded_at timestamptz not null, topic text not null, title text not null,
          severity text not null, actor_kind text not null, actor uuid not null, about_kind text, about uuid not null,
          summary text not null, reason text, ticket text, session_id uuid, outcome text not null,
          stream uuid not null, version bigint not null, author text not null, details text not null,
          request_id uuid, channel text not null, entry_hash bytea not null
        );
        create table names (id uuid not null, kind text not null, name text not null, valid_from bigint not null);
        create table parts (stream uuid not null, kind text not null, whole uuid not null, valid_from bigint not null);
    """
    indexes = """
        create index on entries (actor, position desc);
        create index on entries (about, position desc);
        create index on entries (topic, position desc);
        create index on entries (recorded_at);
        create index on names (id, valid_from desc);
        create index on parts (stream, valid_from desc);
        create index on parts (whole);
    """
    copied = {  # noqa: RUF012
        "entries": (
            "int8", "timestamptz", "text", "text", "text", "text", "uuid", "text", "uuid", "text", "text", "text",
            "uuid", "text", "uuid", "int8", "text", "text", "uuid", "text", "bytea",
        ),
        "names": ("uuid", "text", "text", "int8"),
        "parts": ("uuid", "text", "uuid", "int8"),
    }  # fmt: skip

    def __init__(self, log_id: UUID) -> None:
        super().__init__()
        self._log_id = log_id.bytes

    def apply(self, event: Any, record: Record, rows: Rows) -> None:
        for table, noted, field in NOTED.get(type(event), ()):
            rows.add(table, record.stream, noted, getattr(event, field), record.position)
        kind, about = subject_of(event, record.stream)
        title, severity = said_of(event.__class__)
        said, who = details_of(event), event.provenance
        rows.add(
            "entries", record.position, record.recorded_at, record.topic, title, severity,
            who.actor_kind.value, who.actor_id, kind, about or record.stream,
            summary_of(said), who.reason, who.ticket, who.session_id, _outcome(event), record.stream, record.version,
            _author(record), msgspec.json.encode(said).decode(), who.request_id, who.channel.value, self._hash(record),
        )  # fmt: skip

    def unreadable(self, fact: Fact, rows: Rows) -> None:
        title = KEYLESS_TITLE if isinstance(fact.event, KeyShredded) else UNREADABLE_TITLE
        self._outside(fact.record, title, Severity.CRITICAL, rows)

    def forgotten(self, fact: Fact, rows: Rows) -> None:
        self._outside(fact.record, FORGOTTEN_TITLE, Severity.INFORMATIONAL, rows)

    def _outside(self, record: Record, title: str, severity: Severity, rows: Rows) -> None:
        """A row of which only the outside is known; its topic may be false, too."""
        topic = record.topic.replace("\0", "")
        summary = f"position {record.position}, topic {topic}"
        rows.add(
            "entries", record.position, record.recorded_at, topic, title, severity.name.lower(),
            ActorKind.NOBODY.value, NOBODY_ID, None, record.stream, summary, None, None, None, DONE,
            record.stream, record.version, _author(record), "{}", None, Channel.API.value, self._hash(record),
        )  # fmt: skip

    def _hash(self, record: Record) -> bytes:
        """The leaf of the log's tree; empty for a row that has none because it was tampered with."""
        try:
            return sha256(LEAF + leaf_entry(self._log_id, record)).digest()
        except struct.error:
            return b""


def subject_of(event: Any, stream: UUID) -> Subject:
    """What the event is about, as far as it tells by itself; its stream may belong to something else."""
    match event:
        case AccessList.Opened():
            return event.object_kind.value, event.object_id
        case Disclosure.Disclosed() | Reset.Requested() | Helper.Opened() | Use.Used():
            return "account", event.account_id
        case Probe.Requested():
            return ("resource" if event.account_id is None else "account"), event.thing_id
        case Session.Started() | SignIn.Invited() | Administrators.FirstSeated():
            return "user", event.user_id
        case Administrators.Seated() | Administrators.Unseated():
            return "user", event.user_id
        case Name.Reserved() | Name.ReservedAgain():
            return None, event.holder_id
        case Refusal.Recorded() | Reading.Recorded() | AllScopeUse.Used():
            return None, event.object_id
        case Notice.Raised():
            return None, event.object_id or event.user_id
    topic = str(event.TOPIC).partition(".")[0]
    return (topic if topic in ("user", "resource", "account", "role") else None), stream


@cache
def said_of(event: type[Event]) -> tuple[str, str]:
    """Title and severity, as its catalogue entry has them."""
    return event.ABOUT.title, event.ABOUT.severity.name.lower()


def _outcome(event: Any) -> str:
    return REFUSED if type(event) in REFUSING else DONE


def _author(record: Record) -> str:
    return _AUTHORS.get(record.author, str(record.author))
