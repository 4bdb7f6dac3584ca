"""Takes each defence of tests/defences.toml away, one at a time, in a copy of the tree: its tests must fail.

`python -m tests.support.defences [-k WORDS] [--list]`
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
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
    parser.add_argument("-k", default="", help="only those whose name holds this")
    parser.add_argument("--list", action="store_true", help="name them")
    said = parser.parse_args()
    chosen = [each for each in defences() if said.k in each.name]
    if said.list:
        sys.stdout.writelines(f"{each.name}: {each.file}\n" for each in chosen)
        return 0
    return taken_away(chosen)


def taken_away(chosen: list[Defence]) -> int:
    missed = []
    with copy() as tree:
        for number, defence in enumerate(chosen, 1):
            began = time.monotonic()
            noticed, last = without(defence, tree)
            missed += [] if noticed else [defence.name]
            verdict = "noticed" if noticed else "NOT NOTICED"
            seconds = time.monotonic() - began
            sys.stdout.write(f"[{number}/{len(chosen)}] {verdict:11} {defence.name} ({seconds:.0f} s): {last}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(chosen) - len(missed)} of {len(chosen)} defences are noticed when they are gone\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
