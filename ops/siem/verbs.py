"""What kind of act each event is, in a word that every format has a number or a name for."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Verb(StrEnum):
    """The acts that formats tell apart."""

    CREATE = "create"
    READ = "read"
    UPDATE = "update"
    DELETE = "delete"
    MOVE = "move"
    ENABLE = "enable"
    DISABLE = "disable"
    LOCK = "lock"
    PASSWORD_CHANGE = "password-change"
    PASSWORD_RESET = "password-reset"
    LOGON = "logon"
    LOGOFF = "logoff"
    ASSIGN = "assign"
    REVOKE = "revoke"
    START = "start"
    STOP = "stop"
    OTHER = "other"


_BY_WORD: Mapping[str, Verb] = {
    "accepted": Verb.UPDATE, "activated": Verb.ENABLE, "added": Verb.CREATE, "asked-again": Verb.UPDATE,
    "attempt-begun": Verb.UPDATE, "attempt-failed": Verb.UPDATE, "begun": Verb.CREATE, "changed": Verb.UPDATE,
    "closed": Verb.UPDATE, "confirmed": Verb.UPDATE, "defined": Verb.CREATE, "disabled": Verb.DISABLE,
    "disclosed": Verb.READ, "edited": Verb.UPDATE, "enabled": Verb.ENABLE, "ended": Verb.UPDATE,
    "export-ended": Verb.UPDATE, "exported": Verb.READ,
    "failed": Verb.UPDATE, "filter-removed": Verb.DELETE, "filter-saved": Verb.CREATE,
    "first-seated": Verb.ASSIGN, "format-raised": Verb.UPDATE, "granted": Verb.ASSIGN, "host-key-pinned": Verb.UPDATE,
    "host-key-unpinned": Verb.UPDATE, "in-doubt": Verb.UPDATE, "invitation-accepted": Verb.UPDATE,
    "invited": Verb.CREATE, "invited-again": Verb.UPDATE, "jump-host-set": Verb.UPDATE, "key-removed": Verb.UPDATE,
    "key-set": Verb.UPDATE, "moved": Verb.MOVE, "narrower-opened": Verb.ASSIGN, "opened": Verb.CREATE,
    "owner-transferred": Verb.ASSIGN, "password-changed": Verb.PASSWORD_CHANGE, "password-refused": Verb.UPDATE,
    "password-reset": Verb.PASSWORD_RESET, "profile-changed": Verb.UPDATE, "raised": Verb.CREATE,
    "recorded": Verb.READ, "recovered": Verb.UPDATE, "redefined": Verb.UPDATE, "refusal-lifted": Verb.UPDATE,
    "released": Verb.DELETE, "repeated": Verb.CREATE, "requested": Verb.CREATE, "requested-again": Verb.UPDATE,
    "reserved": Verb.CREATE, "reserved-again": Verb.UPDATE, "reset-closed": Verb.UPDATE,
    "reset-in-doubt": Verb.UPDATE, "reset-opened": Verb.UPDATE, "reset-way-set": Verb.UPDATE,
    "revoked": Verb.REVOKE, "roles-given": Verb.ASSIGN, "scope-given": Verb.ASSIGN, "seated": Verb.ASSIGN,
    "settled": Verb.UPDATE, "starred": Verb.UPDATE, "started": Verb.START, "step-noted": Verb.UPDATE,
    "stopped": Verb.STOP, "succeeded": Verb.LOGON, "unseated": Verb.REVOKE, "unstarred": Verb.UPDATE,
    "used": Verb.READ,
}  # fmt: skip
"""By the last word of a topic."""
_BY_TOPIC: Mapping[str, Verb] = {
    "log.opened": Verb.START, "key-copies.made": Verb.READ, "user.shredded": Verb.DELETE,
    "account.shredded": Verb.DELETE, "siem.paused": Verb.DISABLE, "siem.resumed": Verb.ENABLE,
    "siem-consumers.admitted": Verb.ASSIGN, "siem-consumers.removed": Verb.REVOKE,
    "siem.removed": Verb.DELETE, "siem.tested": Verb.OTHER, "heartbeat.noted": Verb.OTHER,
    "unsealing.done": Verb.START, "log.policy-agreed": Verb.UPDATE, "root-protection.given-up": Verb.UPDATE,
    "count.noted": Verb.OTHER,
    "session.started": Verb.ASSIGN, "session.ended": Verb.REVOKE,
    "session.confirmed": Verb.LOGON, "sign-in.failed": Verb.LOGON, "sign-in.locked": Verb.LOCK,
    "access.opened": Verb.ASSIGN, "access.changed": Verb.ASSIGN, "access.moved": Verb.ASSIGN,
    "refusal.recorded": Verb.OTHER, "all-scope.used": Verb.ASSIGN,
}  # fmt: skip
"""Where the word alone would say something else."""
FAILED = frozenset({
    "sign-in.failed", "sign-in.locked", "refusal.recorded", "refusal.repeated", "reset.failed", "reset.attempt-failed",
    "helper.password-refused",
})  # fmt: skip
"""Events that say that something was refused, or did not work."""


def verb_of(topic: str) -> Verb:
    """LookupError for a topic that nobody has sorted in."""
    return _BY_TOPIC.get(topic) or _BY_WORD[topic.rpartition(".")[2]]
