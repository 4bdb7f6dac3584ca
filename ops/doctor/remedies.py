"""What each alarm means and what to do about it: said once, for the command line and for the console."""

from __future__ import annotations

from domain.alarms import AlarmKind

READ = "read `Alarms` in docs/operations.md"
BACK = "put that row back from a backup, then `strongroom projections rebuild"
_MEANS: dict[str, str] = {
    AlarmKind.FORKED: "The log is not the one that was followed before: it was set back, or changed.",
    AlarmKind.HALTED: "An event cannot be read or applied. What this shows would be too wide, so it shows nothing.",
    AlarmKind.PARKED: "An event cannot be read or applied, and was left out: going on without it does no harm.",
    AlarmKind.FORGED: "A row that its author did not sign. Nothing is decided by it; lists may show names from it.",
    AlarmKind.REFUSED_MESSAGE: "A message on NATS was forged, replayed or out of place; PostgreSQL was read instead.",
    AlarmKind.READ_ONLY: "The log is not what was signed, or not what a witness saw. Nothing is written any more.",
    AlarmKind.UNPROVED: "A record in the log is not what its author wrote: from there on nothing is signed.",
    AlarmKind.UNDELIVERED: "A SIEM destination takes no events. None is lost: it gets them once it takes them again.",
    AlarmKind.UNWITNESSED: "Too few witnesses cosign. What has to be witnessed before it takes effect is refused.",
    AlarmKind.CLOCK: "The database's clock was set back: what ends at a certain time ends too late.",
}
_DO: dict[str, str] = {
    AlarmKind.FORGED: f"find out who writes to the database; `strongroom ledger verify` names all such rows; {READ}",
    AlarmKind.READ_ONLY: "put the newest copy of the database back; `When the log is read-only` in docs/operations.md",
    AlarmKind.UNPROVED: f"find out who writes to the database; `strongroom ledger verify` names the record; {READ}",
    AlarmKind.UNDELIVERED: f"the console's page SIEM destinations says what is wrong: mend that, or pause it; {READ}",
    AlarmKind.UNWITNESSED: f"the signer's log names the witness: ask whose it is; {READ}",
    AlarmKind.CLOCK: f"set that machine's clock right, and find out who changed it; {READ}",
    AlarmKind.REFUSED_MESSAGE: f"find out who holds the publisher's seed or reaches the NATS store; {READ}",
}


def meaning(kind: str) -> str:
    """In a sentence; an alarm of a kind that nobody described speaks by its detail."""
    return _MEANS.get(kind, "")


def remedy(kind: str, name: str) -> str:
    match kind:
        case AlarmKind.FORKED:
            return "the log went back in time: stop Strongroom, and read `When the log forks` in docs/operations.md"
        case AlarmKind.HALTED:
            return f"`strongroom ledger verify` says what is wrong there: {BACK} {name}`"
        case AlarmKind.PARKED:
            return f"`strongroom ledger verify` says what is wrong there: {BACK} {name} --distrust`"
        case _:
            return _DO.get(kind, READ)
