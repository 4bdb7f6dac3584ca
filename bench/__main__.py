"""`python -m bench`: measures the rows that -k names, or all but the long ones, and prints each beside its goal."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bench import report
from bench.catalogue import TRIALS
from bench.stage import Options, Stage
from bench.trial import NoResult, Outcome, Row, Trial


def main(words: Sequence[str] | None = None) -> int:
    said = _parser().parse_args(words)
    if said.list:
        print("\n".join(f"{row.name:24} {row.what}  ({row.goal})" for trial in TRIALS for row in trial.rows))
        return 0
    chosen = [(trial, rows) for trial in TRIALS if (rows := _chosen(trial, said.k))]
    if not chosen:
        print(f"bench: no row is called like {said.k!r}; --list names them", file=sys.stderr)
        return 2
    outcomes = run(chosen, Options(said.rounds, said.seconds, said.events, said.grown))
    print(report.table(outcomes))
    if said.json is not None:
        said.json.write_text(report.as_json(outcomes, report.machine()) + "\n")
    return 1 if any(outcome.trouble for outcome in outcomes) else 0


def run(chosen: Sequence[tuple[Trial, tuple[Row, ...]]], options: Options) -> list[Outcome]:
    """One trial after the other, on servers that are started when first needed."""
    outcomes: list[Outcome] = []
    with ExitStack() as stack:
        stage = Stage(options, stack, note)
        for trial, rows in chosen:
            outcome = Outcome(trial, rows)
            outcomes.append(outcome)
            measure(outcome, stage, options)
            note(f"{trial.name}:\n{report.table([outcome])}")
        settle(stage, outcomes)
    return outcomes


def measure(outcome: Outcome, stage: Stage, options: Options) -> None:
    """All rounds of one trial; the first wrong answer ends it without a result."""
    count = min(options.rounds, outcome.trial.rounds)
    note(f"{outcome.trial.name}: preparing")
    try:
        with outcome.trial.opened(stage) as round_:
            for number in range(1, count + 1):
                note(f"{outcome.trial.name}: round {number} of {count}")
                outcome.rounds.append(round_())
    except NoResult as wrong:
        outcome.trouble = str(wrong)


def settle(stage: Stage, outcomes: Sequence[Outcome]) -> None:
    """What was measured on a vault counts only if its read models are still a fold of its log."""
    try:
        stage.prove()
    except NoResult as wrong:
        for outcome in outcomes:
            if outcome.trial.name in stage.on_vault:
                outcome.trouble = outcome.trouble or str(wrong)


def note(text: str) -> None:
    """Progress, for whoever waits."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def _chosen(trial: Trial, named: str | None) -> tuple[Row, ...]:
    if named is None:
        return () if trial.long else trial.rows
    return tuple(row for row in trial.rows if any(word in row.name for word in named.split(",")))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("bench", description="Strongroom's numbers beside their goals.")
    parser.add_argument("-k", help="only rows whose name holds one of these words, split by commas")
    parser.add_argument("--list", action="store_true", help="name the rows and their goals")
    parser.add_argument("--rounds", type=int, default=5, help="rounds; each row shows their median")
    parser.add_argument("--seconds", type=int, default=2, help="how long each load lasts")
    parser.add_argument("--events", type=int, default=1_000_000, help="size of the log that is rebuilt and verified")
    parser.add_argument("--grown", type=int, default=5_000_000, help="size of the log that `growth` appends to")
    parser.add_argument("--json", type=Path, help="write everything that was measured there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
