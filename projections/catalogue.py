"""Every projection there is, one a line."""

from __future__ import annotations

from uuid import UUID

from projections.access import AccessProjection
from projections.accounts import AccountsProjection
from projections.alarms import AlarmsProjection
from projections.audit import AuditProjection
from projections.base import Projection
from projections.batches import BatchesProjection
from projections.preferences import PreferencesProjection
from projections.probes import ProbesProjection
from projections.resets import ResetsProjection
from projections.resources import ResourcesProjection
from projections.sessions import SessionsProjection
from projections.users import UsersProjection
from projections.ways import WaysProjection

PROJECTIONS: tuple[type[Projection], ...] = (
    AccessProjection,
    AccountsProjection,
    AlarmsProjection,
    AuditProjection,
    PreferencesProjection,
    BatchesProjection,
    ProbesProjection,
    ResetsProjection,
    ResourcesProjection,
    SessionsProjection,
    UsersProjection,
    WaysProjection,
)


def projections_of(log_id: UUID) -> list[Projection]:
    """One of each, for one log."""
    return [_made(kind, log_id) for kind in PROJECTIONS]


def _made(kind: type[Projection], log_id: UUID) -> Projection:
    """The audit trail shows each record's leaf, which names the log; no other needs to know it."""
    return AuditProjection(log_id) if kind is AuditProjection else kind()
