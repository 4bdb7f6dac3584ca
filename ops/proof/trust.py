"""What a verification rests on, because whoever asks brings it along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ops.proof.notes import Note, VerifierKey
from ops.proof.policy import Policy


@dataclass(frozen=True, slots=True)
class Trust:
    """What a check rests on: the log's keys, one an origin, and who has to have cosigned."""

    keys: Sequence[VerifierKey]
    policy: Policy | None = None
    seen: Mapping[str, Note] = field(default_factory=dict)
    """Checkpoints that whoever asks kept elsewhere, by a name for each."""
    recovered: Mapping[str, int] = field(default_factory=dict)
    """Of older names of the log, up to where what was signed is still true: the rest was lost, as the log says."""
