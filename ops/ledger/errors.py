"""What the event log answers instead of a position."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID


class LedgerError(Exception):
    """The log did not take a submission, or could not be read."""


class Moved(LedgerError):
    """Something that the decision read or writes has changed since: decide again."""

    def __init__(self, streams: Collection[UUID]) -> None:
        super().__init__(f"{len(streams)} streams moved")
        self.streams = frozenset(streams)


class Expired(LedgerError):
    """The decision's `good_until` had passed when the log would have taken it: decide again."""


class Repeated(LedgerError):
    """This Idempotency-Key was used before, with the same body, and led to `stream` at `position`."""

    def __init__(self, position: int, stream: UUID) -> None:
        super().__init__(f"done before, at position {position}")
        self.position = position
        self.stream = stream


class RepeatedOtherwise(LedgerError):
    """This Idempotency-Key was used before, with another body."""


class QueueFull(LedgerError):
    """More waits than may wait."""


class CommitUnknown(LedgerError):
    """The server went away during the append and did not come back in time to tell."""


class Away(LedgerError):
    """The log's server cannot be reached; nothing was sent."""


class ReadOnly(LedgerError):
    """The log's gate is shut: its signer found that it is not what was signed. The message says what is wrong."""


class Forked(LedgerError):
    """The log is shorter than this process knew it, or another: nothing is served from it."""


class Tampered(LedgerError):
    """A record does not open, is not signed by who may write it, or names what does not exist.

    `position` says where, `what` says which check it failed.
    """

    def __init__(self, position: int, what: str) -> None:
        super().__init__(f"position {position}: {what}")
        self.position = position
        self.what = what


class KeyShredded(LedgerError):
    """The data key of a record is gone: it can never be opened again.

    That a key is gone proves nothing: whoever owns the database can delete its row. Only an event that says so makes a
    shredding of it (Forgotten); else those who show what people may see treat it as tampering.
    """

    def __init__(self, key_id: int, position: int = 0) -> None:
        super().__init__(f"data key {key_id} does not exist")
        self.key_id = key_id
        self.position = position


class Forgotten(KeyShredded):
    """The record was sealed under a key that was shredded by right: an event of the log says so."""


class ScopeShredded(LedgerError):
    """No data key is made for what was forgotten for good."""


class KeyTampered(Tampered):
    """A data key does not unwrap: its row was changed, or the root is not this log's."""

    def __init__(self, key_id: int) -> None:
        LedgerError.__init__(self, f"data key {key_id} does not unwrap")
        self.position = 0
        self.what = "key"
        self.key_id = key_id


class KeyOfOtherRoot(KeyTampered):
    """A data key lies under a version that the root does not have: an older copy of its file is there, or its row was
    changed."""

    def __init__(self, key_id: int, version: int) -> None:
        super().__init__(key_id)
        self.args = (f"data key {key_id} lies under version {version} of its root, which the file here does not have",)


class KeyVersionMoved(LedgerError):
    """New data keys lie under a newer version of their root since the caller looked: he looks again."""


class KeysMoved(LedgerError):
    """Data keys are, or are being, wrapped under a version of a root that this process does not hold: it must start
    anew, with the newer file."""


class KeysInUse(LedgerError):
    """Somebody holds an older version of a root, and could not open what is wrapped under the newer one."""


class SecretTampered(Tampered):
    """A sealed secret does not open for this owner and field: it was changed, or it was moved here."""

    def __init__(self, secret: UUID) -> None:
        LedgerError.__init__(self, f"secret {secret} does not open here")
        self.position = 0
        self.what = "secret"
        self.secret = secret


class UpgradeNeeded(LedgerError):
    """The log has been raised to a format that this release does not read: it must stop, not guess."""

    def __init__(self, position: int, topic: str) -> None:
        super().__init__(f"position {position}: {topic} needs a newer release of Strongroom")
        self.position = position
        self.topic = topic


class Unsealable(LedgerError):
    """An event that may not be written: it would not read back as it is, is too large, or is not this author's."""
