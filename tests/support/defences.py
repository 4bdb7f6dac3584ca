"""Takes each defence of tests/defences.toml away, one at a time, in a copy of the tree: its tests must fail.

`python -m tests.support.defences [-k WORDS] [--jobs N] [--list]`
"""

from __future__ import annotations

import argparse
import contextlib
import queue
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "tests" / "defences.toml"
LINKED = (".venv", "ui/node_modules", "ui/dist")
LONGEST = 300
FAILED = 1


@dataclass(frozen=True)
class Defence:
    """The line that carries it, what it would be without, and which tests must notice."""

    name: str
    file: str
    line: str
    instead: str
    tests: tuple[str, ...]

    def place(self, root: Path = ROOT) -> str:
        """The file's text; ValueError unless the line stands there exactly once."""
        text = (root / self.file).read_text()
        if text.count(self.line) != 1:
            raise ValueError(f"{self.name}: its line stands {text.count(self.line)} times in {self.file}")
        return text


def defences() -> list[Defence]:
    rows = tomllib.loads(FILE.read_text())["defence"]
    return [Defence(row["name"], row["file"], row["line"], row["instead"], tuple(row["tests"])) for row in rows]


@contextmanager
def copy() -> Iterator[Path]:
    """The tree as it stands, with what is not under version control linked; what lies beside it lies beside it too."""
    with tempfile.TemporaryDirectory(prefix="strongroom-defences.") as folder:
        tree = Path(folder) / "tree"
        Path(folder).chmod(0o755)
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
        for name in filter(None, names):
            if (ROOT / name).is_file():
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, tree / name)
        for name in LINKED:
            if (ROOT / name).exists() and not (tree / name).exists():
                (tree / name).symlink_to(ROOT / name)
        if (beside := ROOT.parent / "shared").exists():
            (Path(folder) / "shared").symlink_to(beside)
        yield tree


def without(defence: Defence, tree: Path) -> tuple[bool, str]:
    """Whether its tests fail without it, and the last line of what they said."""
    file, text = tree / defence.file, defence.place(tree)
    file.write_text(text.replace(defence.line, defence.instead))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--no-header", *defence.tests],
            cwd=tree, capture_output=True, text=True, timeout=LONGEST, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False, f"no answer within {LONGEST} s"
    finally:
        file.write_text(text)
    last = (done.stdout.strip().splitlines() or ["nothing"])[-1]
    return done.returncode == FAILED and " failed" in last, last


def main() -> int:
    parser = argparse.ArgumentParser("defences", description=__doc__)
    parser.add_argument("-k", default="", help="only those whose name or file holds this")
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time, each in a copy of its own")
    parser.add_argument("--list", action="store_true", help="name them")
    said = parser.parse_args()
    chosen = [each for each in defences() if said.k in each.name or said.k in each.file]
    if said.list:
        sys.stdout.writelines(f"{each.name}: {each.file}\n" for each in chosen)
        return 0
    return taken_away(chosen, max(said.jobs, 1))


def taken_away(chosen: list[Defence], jobs: int) -> int:
    waiting = queue.SimpleQueue[tuple[int, Defence]]()
    for numbered in enumerate(chosen, 1):
        waiting.put(numbered)
    with ThreadPoolExecutor(jobs) as pool:
        missed = sum(pool.map(lambda _: _work(waiting, len(chosen)), range(jobs)))
    sys.stdout.write(f"{len(chosen) - missed} of {len(chosen)} defences are noticed when they are gone\n")
    return 1 if missed else 0


def _work(waiting: queue.SimpleQueue[tuple[int, Defence]], of: int) -> int:
    """One job, until nothing waits; how many were not noticed. A line that has moved is reported as one of them."""
    missed = 0
    with copy() as tree, contextlib.suppress(queue.Empty):
        while True:
            number, defence = waiting.get_nowait()
            began = time.monotonic()
            try:
                noticed, last = without(defence, tree)
                verdict = "noticed" if noticed else "NOT NOTICED"
            except (ValueError, OSError) as moved:
                noticed, verdict, last = False, "MOVED", str(moved)
            missed += not noticed
            seconds = time.monotonic() - began
            sys.stdout.write(f"[{number}/{of}] {verdict:11} {defence.name} ({seconds:.0f} s): {last}\n")
            sys.stdout.flush()
    return missed


if __name__ == "__main__":
    sys.exit(main())
