"""OCSF 1.8, and 1.9 with the profile `record_integrity`: schema.ocsf.io."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from domain.base import Ocsf
from ops.siem.entry import PRODUCT, VENDOR, Entry
from ops.siem.verbs import FAILED, Verb, verb_of

RELEASE, NEXT = "1.8.0", "1.9.0"
OTHER = 99
_CRUD = {Verb.CREATE: 1, Verb.READ: 2, Verb.UPDATE: 3, Verb.DELETE: 4}
ACTIVITIES: Mapping[Ocsf, Mapping[Verb, int]] = {
    Ocsf.ACCOUNT_CHANGE: {
        Verb.CREATE: 1, Verb.ENABLE: 2, Verb.PASSWORD_CHANGE: 3, Verb.PASSWORD_RESET: 4, Verb.DISABLE: 5,
        Verb.DELETE: 6, Verb.LOCK: 9,
    },
    Ocsf.AUTHENTICATION: {Verb.LOGON: 1, Verb.LOGOFF: 2},
    Ocsf.AUTHORIZE_SESSION: {Verb.ASSIGN: 1},
    Ocsf.ENTITY_MANAGEMENT: {**_CRUD, Verb.MOVE: 5, Verb.ENABLE: 8, Verb.DISABLE: 9},
    Ocsf.USER_ACCESS: {Verb.ASSIGN: 1, Verb.REVOKE: 2},
    Ocsf.APPLICATION_LIFECYCLE: {Verb.START: 3, Verb.STOP: 4, Verb.UPDATE: 8},
    Ocsf.API_ACTIVITY: _CRUD,
    Ocsf.DETECTION_FINDING: {Verb.CREATE: 1, Verb.UPDATE: 2},
}  # fmt: skip
"""What a class calls each act; what it has no number for is `Other`, with the event's own title."""

Document = dict[str, Any]


def document(entry: Entry, next_release: bool = False) -> Document:
    """One event as a class of the release says; of the next one when asked, with what proves it."""
    ocsf, verb = Ocsf(entry.ocsf), verb_of(entry.topic)
    activity = ACTIVITIES[ocsf].get(verb, OTHER)
    made: Document = {
        "activity_id": activity,
        "category_uid": entry.ocsf // 1000,
        "class_uid": entry.ocsf,
        "type_uid": entry.ocsf * 100 + activity,
        "severity_id": entry.severity,
        "status_id": 2 if entry.topic in FAILED else 1,
        "time": entry.microseconds // 1000,
        "message": _message(entry),
        "metadata": _metadata(entry, next_release),
        "unmapped": {
            "topic": entry.topic,
            "details": dict(entry.details),
            "reason": entry.reason,
            "ticket": entry.ticket,
        },
    }
    if activity == OTHER:
        made["activity_name"] = entry.title
    made |= OF_CLASS[ocsf](entry)
    return made


def _metadata(entry: Entry, next_release: bool) -> Document:
    made: Document = {
        "version": NEXT if next_release else RELEASE,
        "product": {"name": PRODUCT, "vendor_name": VENDOR, "version": entry.product_version},
        "uid": entry.id,
        "sequence": entry.position,
        "event_code": entry.topic,
        "log_provider": PRODUCT,
        "tenant_uid": str(entry.log_id),
    }
    if entry.request_id:
        made["correlation_uid"] = entry.request_id
    if next_release:
        made["profiles"] = ["record_integrity"]
        made["attestation_list"] = [
            {
                "fingerprint": {"algorithm_id": 3, "algorithm": "SHA-256", "value": entry.entry_hash},
                "chain_uid": f"strongroom/{entry.log_id}",
                "serialization": "strongroom/entry/1",
            }
        ]
    return made


def _message(entry: Entry) -> str:
    return f"{entry.title}: {entry.summary}" if entry.summary else entry.title


def _actor(entry: Entry) -> Document:
    made: Document = {"user": _user(entry.actor_id, entry.actor, entry.actor_kind)}
    if entry.session_id:
        made["session"] = {"uid": entry.session_id}
    return made


def _user(uid: str, name: str | None, kind: str) -> Document:
    made: Document = {"uid": uid or kind, "type": kind}
    if name:
        made["name"] = name
    return made


def _affected(entry: Entry) -> Document:
    """Whose account it is; of what nobody names, he who acted."""
    if entry.object_kind == "user":
        return _user(entry.object_id, entry.object, "user")
    return _user(entry.actor_id, entry.actor, entry.actor_kind)


def _account(entry: Entry) -> Document:
    return {"user": _affected(entry), "actor": _actor(entry)}


def _authentication(entry: Entry) -> Document:
    return {"user": _affected(entry), "service": {"name": PRODUCT}, "actor": _actor(entry)}


def _session(entry: Entry) -> Document:
    return {"user": _affected(entry), "privileges": ["session"], "actor": _actor(entry)}


def _entity(entry: Entry) -> Document:
    made: Document = {"uid": entry.object_id, "type": entry.object_kind or entry.topic.partition(".")[0]}
    if entry.object:
        made["name"] = entry.object
    return {"entity": made, "actor": _actor(entry)} | _comment(entry)


def _access(entry: Entry) -> Document:
    privileges = [str(entry.details[name]) for name in ("level", "roles", "scope") if entry.details.get(name)]
    made: Document = {"privileges": privileges or [entry.title], "user": _affected(entry), "actor": _actor(entry)}
    if entry.object_kind and entry.object_kind != "user":
        made["resource"] = {"uid": entry.object_id, "type": entry.object_kind, "name": entry.object or entry.object_id}
    return made


def _lifecycle(entry: Entry) -> Document:
    """The class knows nobody who acts."""
    return {"app": {"name": PRODUCT, "vendor_name": VENDOR, "version": entry.product_version}}


def _api(entry: Entry) -> Document:
    made: Document = {
        "api": {"operation": entry.topic, "service": {"name": PRODUCT}},
        "actor": _actor(entry),
        "src_endpoint": {"svc_name": entry.channel or "log"},
        "resources": [{"uid": entry.object_id, "type": entry.object_kind or "stream"}],
    }
    if entry.request_id:
        made["api"]["request"] = {"uid": entry.request_id}
    return made


def _finding(entry: Entry) -> Document:
    return {"finding_info": {"uid": entry.id, "title": entry.title}}


def _comment(entry: Entry) -> Document:
    return {"comment": entry.reason} if entry.reason else {}


OF_CLASS: Mapping[Ocsf, Callable[[Entry], Document]] = {
    Ocsf.ACCOUNT_CHANGE: _account,
    Ocsf.AUTHENTICATION: _authentication,
    Ocsf.AUTHORIZE_SESSION: _session,
    Ocsf.ENTITY_MANAGEMENT: _entity,
    Ocsf.USER_ACCESS: _access,
    Ocsf.APPLICATION_LIFECYCLE: _lifecycle,
    Ocsf.API_ACTIVITY: _api,
    Ocsf.DETECTION_FINDING: _finding,
}
"""What each class asks for beside what all have."""
