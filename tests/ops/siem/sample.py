"""An entry with every field filled in."""

from __future__ import annotations

from uuid import UUID

from domain.base import Ocsf, Severity
from ops.siem.entry import Entry

LOG_ID = UUID("11111111-2222-4333-8444-555555555555")
SAMPLE = Entry(
    log_id=LOG_ID, product_version="0.1.0", position=7, recorded_at="2026-07-01T12:30:15.123456Z",
    microseconds=1_782_909_015_123_456, topic="user.roles-given", schema=1, title="A user's roles were changed",
    ocsf=Ocsf.USER_ACCESS, severity=Severity.HIGH, actor_kind="user", actor_id=str(UUID(int=1)), actor="admin",
    object_kind="user", object_id=str(UUID(int=2)), object="vera", summary="roles: administrator", reason="a reason",
    ticket="CHG-1", session_id=str(UUID(int=3)), request_id=str(UUID(int=4)), channel="api", stream=str(UUID(int=2)),
    version=3, entry_hash="ab" * 32, details={"roles": ["administrator"]}, personal=(),
)  # fmt: skip
