"""What there is to say about an installation as it was seen: well, look at this, or nothing works until you do that."""

from __future__ import annotations

from collections.abc import Iterator

from api.health import Check
from api.looking import Seen, Stands
from ops.doctor.findings import Finding, Grade, look, stops, well
from ops.doctor.remedies import meaning, remedy
from projections.reading import Alarm, Reached

LATE_EVENTS = 1000
CHECK_REMEDY = {
    "log": "start PostgreSQL, or look into its log; `strongroom doctor` says more",
    "keys": "`strongroom doctor` says which file is missing or cannot be read",
    "read models": "read `projector.log`; what is halted has an alarm below",
    "clock": "set this machine's clock by NTP: when shares and sessions end is decided by it",
}
WORST = (Grade.STOPS, Grade.LOOK, Grade.WELL)


def findings_of(seen: Seen) -> list[Finding]:
    """The worst first."""
    found = [*_log(seen), *map(_check, seen.checks), *map(_stands, seen.standing), *_models(seen), *_bus(seen)]
    found += [*map(_alarm, seen.alarms), *seen.machine]
    return sorted(found, key=lambda each: WORST.index(each.grade))


def _log(seen: Seen) -> Iterator[Finding]:
    if seen.is_forked:
        yield stops("history", "the log was set back: nothing is served", remedy("forked", ""))


def _check(check: Check) -> Finding:
    if check.ok:
        return well(check.name, "answers")
    return stops(check.name, check.why or "does not answer", CHECK_REMEDY.get(check.name, "run `strongroom doctor`"))


def _stands(each: Stands) -> Finding:
    log = f"look into `{each.name}.log` in the state folder"
    if not each.ready:
        return stops("processes", f"{each.name} is not ready, fell {each.falls} times", f"{log}; it is started again")
    if each.falls:
        return look("processes", f"{each.name} is ready, but fell {each.falls} times", log)
    return well("processes", f"{each.name} is ready")


def _models(seen: Seen) -> Iterator[Finding]:
    for each in seen.reached:
        yield _model(each, max(seen.position - each.position, 0))


def _model(each: Reached, behind: int) -> Finding:
    if each.halted is not None:
        return stops("read models", f"{each.name} is halted: {each.halted}", "do what its alarm says")
    if behind > LATE_EVENTS:
        says = f"{each.name} is {behind} events behind"
        return look("read models", says, "wait if that number falls; if not, read `projector.log`")
    return well("read models", f"{each.name} keeps up")


def _bus(seen: Seen) -> Iterator[Finding]:
    if seen.bus is None:
        yield look("nats", "NATS does not answer: everybody reads PostgreSQL, a little later", "read `nats.log`")
    elif seen.position - seen.bus > LATE_EVENTS:
        yield look("publisher", f"{seen.position - seen.bus} events are not on the bus yet", "read `projector.log`")
    else:
        yield well("publisher", "the bus has what the log has")


def _alarm(alarm: Alarm) -> Finding:
    says = f"{alarm.kind} of {alarm.name} at position {alarm.position}: {alarm.detail}. {meaning(alarm.kind)}".strip()
    return (stops if alarm.kind == "forked" else look)("alarms", says, remedy(alarm.kind, alarm.name))
