"""What came of the long tests: each notes it in the file of $STRONGROOM_OUTCOMES; of that the pages' tables are made.

`python -m tests.support.outcomes FILE` writes the tables into docs/crashes.md and docs/races.md.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.first_steps import FIRST_STEPS, WITH_A_PASSWORD
from tests.support.steps import STEPS

HOW = ("kill", "freeze", "overtake")
DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {"crashes": "crashes.md", "servers": "crashes.md", "starts": "crashes.md", "totals": "crashes.md"}
PAGES |= {"many": "crashes.md", "fell": "crashes.md", "races": "races.md"}
Note = Mapping[str, Any]


def noted(table: str, **what: Any) -> None:
    """One line more of a table; nothing when nobody wants it."""
    if (path := os.environ.get("STRONGROOM_OUTCOMES")) is not None:
        with open(path, "a") as file:
            file.write(f"{json.dumps({'table': table, **what})}\n")


def read(path: Path) -> list[Note]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def tables(notes: Sequence[Note]) -> dict[str, str]:
    """By name, those of which there is something to be told."""
    made = {
        "crashes": _crashes(_of(notes, "crashes")),
        "servers": _servers(_of(notes, "servers")),
        "starts": _starts(_of(notes, "starts")),
        "totals": _totals(notes),
        "many": _many(_of(notes, "many")),
        "fell": _fell(_of(notes, "fell")),
        "races": _races(_of(notes, "races")),
    }
    return {name: "\n".join(lines) for name, lines in made.items() if len(lines) > 2}


def _crashes(notes: Sequence[Note]) -> list[str]:
    lines = ["| step | kill -9 | frozen for 10 s | frozen until another worker has ended it |", "|---|---|---|---|"]
    for step in (step.name for step in STEPS if any(note["step"] == step.name for note in notes)):
        cells = [_fallen([n for n in notes if (n["step"], n["how"]) == (step, how)]) for how in HOW]
        lines.append(f"| {step} | {' | '.join(cells)} |")
    return lines


def _fallen(notes: Sequence[Note]) -> str:
    if not notes:
        return ""
    untold = sum(note["untold"] for note in notes)
    return f"{len(notes)} ×; {_most(notes, 'answered')}; {_most(notes, 'caught_up')}; {untold}"


def _servers(notes: Sequence[Note]) -> list[str]:
    lines = ["| what | times | answered meanwhile in | all even, once they were back, in | memory grew by |"]
    lines.append("|---|---:|---:|---:|---:|")
    for what in dict.fromkeys(note["what"] for note in notes):
        those = [note for note in notes if note["what"] == what]
        grown = [note["grown"] for note in those if note.get("grown") is not None]
        memory = f"{max(grown) / 1024:.1f} MiB" if grown else ""
        answered, caught_up = _most(those, "answered"), _most(those, "caught_up")
        lines.append(f"| {what} | {len(those)} | {answered} | {caught_up} | {memory} |")
    return lines


def _starts(notes: Sequence[Note]) -> list[str]:
    lines = ["| killed at its first start | times | the next start |", "|---|---:|---|"]
    for step in (step.name for step in (*FIRST_STEPS, *WITH_A_PASSWORD)):
        those = [note for note in notes if note["step"] == step]
        lines += [] if not those else [f"| {step} | {len(those)} | ready in {_most(those, 'ready')} |"]
    return lines


def _totals(notes: Sequence[Note]) -> list[str]:
    fallen, torment = _of(notes, "crashes"), _of(notes, "torment")
    compared = sum(note.get("compared", 0) for note in notes)
    lines = ["| in all | |", "|---|---:|"]
    lines.append(f"| processes killed at a named step | {_count(fallen, 'kill')} |")
    lines.append(f"| processes frozen at a named step | {len(fallen) - _count(fallen, 'kill')} |")
    lines.append(f"| first starts killed at a named step | {len(_of(notes, 'starts'))} |")
    lines.append(f"| acknowledged positions compared with the log | {compared:,} |")
    lines.append(f"| requests recorded of which nobody was told, none twice | {sum(n['untold'] for n in fallen):,} |")
    counted = ("resets", "attempts", "kills", "freezes")
    lines += [f"| workers at random: {name} | {sum(note[name] for note in torment):,} |" for name in counted]
    lines.append(f"| accounts that the vault could not open afterwards | {sum(n['closed'] for n in torment)} |")
    return lines if fallen else []


def _many(notes: Sequence[Note]) -> list[str]:
    lines = [
        "| whose passwords are set | resets | attempts | new one holds | given up, the old one holds | in doubt once |"
    ]
    lines.append("|---|---:|---:|---:|---:|---:|")
    counted = ("resets", "attempts", "confirmed", "kept", "doubted")
    for way in dict.fromkeys(note["way"] for note in notes):
        those = [note for note in notes if note["way"] == way]
        lines.append(f"| {way} | {' | '.join(f'{sum(note[name] for note in those):,}' for name in counted)} |")
    return lines


def _fell(notes: Sequence[Note]) -> list[str]:
    fell = Counter[str]()
    for note in notes:
        fell[note["who"]] += note["times"]
    return ["| meanwhile | times |", "|---|---:|", *(f"| {who} | {times:,} |" for who, times in fell.items())]


def _races(notes: Sequence[Note]) -> list[str]:
    lines = ["| what happens | withdrawals | uses recorded | refused | unlawful |", "|---|---:|---:|---:|---:|"]
    for race in dict.fromkeys(note["race"] for note in notes):
        those = [note for note in notes if note["race"] == race]
        sums = [sum(note[name] for note in those) for name in ("withdrawals", "used", "refused", "unlawful")]
        lines.append(f"| {race} | {' | '.join(f'{each:,}' for each in sums)} |")
    return lines


def _of(notes: Iterable[Note], table: str) -> list[Note]:
    return [note for note in notes if note["table"] == table]


def _count(notes: Sequence[Note], how: str) -> int:
    return sum(note["how"] == how for note in notes)


def _most(notes: Sequence[Note], name: str) -> str:
    return f"{max(note[name] for note in notes):.1f} s"


def put(page: str, name: str, table: str) -> str:
    """The page with this table between its marks."""
    begin, end = f"<!-- {name}: made by `make torture` -->", f"<!-- /{name} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(page):
        raise SystemExit(f"there is no place for the table {name}")
    return pattern.sub(lambda _: f"{begin}\n\n{table}\n\n{end}", page)


def main(path: Path) -> None:
    for name, table in tables(read(path)).items():
        page = DOCS / PAGES[name]
        page.write_text(put(page.read_text(), name, table))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
