"""The log's troubles in the domain's words."""

from __future__ import annotations

from domain import errors
from domain.errors import StrongroomError
from ops.ledger import errors as ledger
from ops.logging import Log

LOG = Log("strongroom.vault")


def translated(trouble: ledger.LedgerError) -> StrongroomError:
    """What an answer says of it."""
    match trouble:
        case ledger.QueueFull():
            return errors.Busy()
        case ledger.CommitUnknown():
            return errors.OutcomeUnknown("outcome: unknown. Ask again with the same Idempotency-Key to learn it.")
        case ledger.RepeatedOtherwise():
            return errors.Invalid("This key was used before, with another body.", "Idempotency-Key")
        case ledger.Forked():
            return errors.LogForked()
        case ledger.ReadOnly():
            return errors.ReadOnly(str(trouble))
        case ledger.Forgotten() | ledger.ScopeShredded():
            return errors.Shredded()
        case ledger.Tampered() | ledger.KeyShredded():
            LOG.error("what the log holds cannot be read", position=trouble.position, problem=str(trouble))
            return errors.Unreadable()
        case _:
            return errors.Unavailable()
