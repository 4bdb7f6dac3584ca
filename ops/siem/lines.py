"""CEF, LEEF 2.0 and RFC 5424: a line an event, in which nothing that anybody typed can end a field or the line."""

from __future__ import annotations

import json

from ops.siem.entry import PRODUCT, VENDOR, Entry
from ops.siem.verbs import FAILED

EXAMPLE_PEN = "32473"
"""The enterprise number that RFC 5612 keeps for examples; who has one of his own says so."""
LONGEST = 8192
"""Bytes of a syslog message that every receiver has to take (RFC 5424 §6.1 asks for 2,048)."""
AUDIT = 13
_CEF_SEVERITY = {1: 1, 2: 3, 3: 5, 4: 8, 5: 10}
_SYSLOG_SEVERITY = {1: 6, 2: 5, 3: 4, 4: 3, 5: 2}
TAB = "\t"


def cef(entry: Entry) -> str:
    """ArcSight's Common Event Format, version 0 (revision 25)."""
    head = ("CEF:0", VENDOR, PRODUCT, entry.product_version, entry.topic, entry.title)
    written = "|".join([head[0], *(_header(each) for each in head[1:]), str(_CEF_SEVERITY[entry.severity])])
    fields = _fields(entry) | {"cs1Label": "entryHash", "cs1": entry.entry_hash}
    return f"{written}|{' '.join(f'{name}={_extension(value)}' for name, value in fields.items() if value)}"


def leef(entry: Entry) -> str:
    """QRadar's Log Event Extended Format 2.0, fields apart by tabs. It has no escapes: a tab or a line's end in a value
    becomes a space."""
    head = "|".join(["LEEF:2.0", *map(_bare, (VENDOR, PRODUCT, entry.product_version, entry.topic)), "0x09"])
    fields = {"devTime": entry.recorded_at, "devTimeFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSSSSX", "cat": entry.title}
    fields |= {"sev": str(_CEF_SEVERITY[entry.severity]), "usrName": entry.actor or entry.actor_id}
    fields |= {name: value for name, value in _fields(entry).items() if name not in ("rt", "suser")}
    return f"{head}|{TAB.join(f'{name}={_plain(value)}' for name, value in fields.items() if value)}"


def rfc5424(entry: Entry, host: str, pen: str = EXAMPLE_PEN) -> bytes:
    """A message of facility `log audit`, its proof in structured data; the text is cut where receivers would cut it."""
    priority = AUDIT * 8 + _SYSLOG_SEVERITY[entry.severity]
    said = {
        "position": str(entry.position), "log": str(entry.log_id), "leaf": entry.entry_hash, "topic": entry.topic,
        "actor": entry.actor or entry.actor_id, "actorId": entry.actor_id, "objectId": entry.object_id,
        "object": entry.object or "", "request": entry.request_id or "", "reason": entry.reason or "",
        "outcome": "failure" if entry.topic in FAILED else "success",
    }  # fmt: skip
    data = " ".join(f'{name}="{_parameter(value)}"' for name, value in said.items() if value)
    head = f"<{priority}>1 {entry.recorded_at} {_name(host)} {PRODUCT} - {entry.topic[:32]} [strongroom@{pen} {data}] "
    text = _plain(f"{entry.title}: {entry.summary}" if entry.summary else entry.title)
    written = head.encode() + b"\xef\xbb\xbf" + text.encode()
    return written[:LONGEST].decode(errors="ignore").encode()


def _fields(entry: Entry) -> dict[str, str]:
    """By CEF's names."""
    return {
        "rt": str(entry.microseconds // 1000), "externalId": entry.id, "suser": entry.actor or entry.actor_id,
        "suid": entry.actor_id, "duser": (entry.object or "") if entry.object_kind == "user" else "",
        "duid": entry.object_id if entry.object_kind == "user" else "", "act": entry.topic,
        "outcome": "failure" if entry.topic in FAILED else "success", "reason": entry.reason or "",
        "msg": entry.summary, "app": entry.channel, "cn1Label": "position", "cn1": str(entry.position),
        "cs2Label": "object", "cs2": f"{entry.object_kind or 'stream'} {entry.object or entry.object_id}",
        "cs3Label": "details", "cs3": json.dumps(entry.details, default=str) if entry.details else "",
    }  # fmt: skip


def _header(value: str) -> str:
    return _plain(value).replace("\\", "\\\\").replace("|", "\\|")


def _extension(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("=", "\\=").replace("\r\n", "\n").replace("\r", "\n")
    return _printable(escaped.replace("\n", "\\n"))


def _bare(value: str) -> str:
    return _plain(value).replace("|", " ")


def _parameter(value: str) -> str:
    """RFC 5424 §6.3.3."""
    return _plain(value).replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")


def _name(host: str) -> str:
    return "".join(letter for letter in host if "!" <= letter <= "~")[:255] or "-"


def _plain(value: str) -> str:
    """In one line, with nothing that a terminal would obey."""
    return _printable(" ".join(value.split()) if any(letter in value for letter in "\r\n\t\v\f") else value)


def _printable(value: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in value)
