"""Elastic Common Schema 8: elastic.co/guide/en/ecs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.base import Ocsf
from ops.siem.entry import PRODUCT, VENDOR, Entry
from ops.siem.verbs import FAILED, Verb, verb_of

RELEASE = "8.17.0"
_CATEGORY: Mapping[int, str] = {
    Ocsf.AUTHENTICATION: "authentication", Ocsf.AUTHORIZE_SESSION: "session", Ocsf.APPLICATION_LIFECYCLE: "process",
    Ocsf.API_ACTIVITY: "api", Ocsf.DETECTION_FINDING: "intrusion_detection", Ocsf.ENTITY_MANAGEMENT: "configuration",
}  # fmt: skip
"""All else is identity and access management."""
_TYPE: Mapping[Verb, str] = {
    Verb.CREATE: "creation", Verb.READ: "access", Verb.DELETE: "deletion", Verb.START: "start", Verb.STOP: "end",
    Verb.LOGON: "start", Verb.LOGOFF: "end", Verb.ASSIGN: "change", Verb.REVOKE: "change", Verb.OTHER: "denied",
}  # fmt: skip


def document(entry: Entry) -> dict[str, Any]:
    """One event. Whoever acted is `user`, whom it was done to `user.target`."""
    category = _CATEGORY.get(entry.ocsf, "iam")
    kinds = [_TYPE.get(verb_of(entry.topic), "change")]
    if category == "iam":
        kinds.append("user")
    made: dict[str, Any] = {
        "@timestamp": entry.recorded_at,
        "ecs": {"version": RELEASE},
        "message": f"{entry.title}: {entry.summary}" if entry.summary else entry.title,
        "event": {
            "kind": "alert" if category == "intrusion_detection" else "event", "category": [category], "type": kinds,
            "action": entry.topic, "outcome": "failure" if entry.topic in FAILED else "success", "id": entry.id,
            "sequence": entry.position, "hash": entry.entry_hash, "severity": entry.severity, "provider": PRODUCT,
            "dataset": "strongroom.audit", "module": "strongroom",
        },
        "observer": {"vendor": VENDOR, "product": PRODUCT, "version": entry.product_version},
        "user": _user(entry.actor_id, entry.actor) | {"roles": [entry.actor_kind]},
        "related": {"user": sorted({each for each in _people(entry) if each})},
        "strongroom": {
            "topic": entry.topic, "object": {"kind": entry.object_kind, "id": entry.object_id, "name": entry.object},
            "details": dict(entry.details), "ticket": entry.ticket, "log_id": str(entry.log_id),
        },
    }  # fmt: skip
    if entry.reason:
        made["event"]["reason"] = entry.reason
    if entry.object_kind == "user":
        made["user"]["target"] = _user(entry.object_id, entry.object)
    if entry.request_id:
        made["trace"] = {"id": entry.request_id}
    return made


def _user(uid: str, name: str | None) -> dict[str, Any]:
    return {"id": uid} | ({"name": name} if name else {})


def _people(entry: Entry) -> list[str | None]:
    whom = [entry.object_id, entry.object] if entry.object_kind == "user" else []
    return [entry.actor_id, entry.actor, *whom]
