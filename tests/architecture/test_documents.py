"""What the documents name exists: settings, pages, sections, targets, tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ops.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = "api|bench|commands|docs|domain|ops|projections|tests|ui|workers"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
SOURCES = [
    path
    for layer in ("api", "commands", "ops", "projections", "workers")
    for path in ROOT.joinpath(layer).rglob("*.py")
]


def headings(page: Path) -> set[str]:
    return {line.lstrip("#").strip() for line in page.read_text().splitlines() if line.startswith("#")}


def test_every_setting_is_in_the_handbook() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    assert [name for name in Settings.__dataclass_fields__ if f"{PREFIX}{name.upper()}" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_leads_to_is_there(page: Path) -> None:
    text = page.read_text()
    linked = {name for name in re.findall(r"\]\(([^)#]+)", text) if "://" not in name}
    assert [name for name in sorted(linked) if not (page.parent / name).exists()] == []
    named = set(re.findall(rf"`((?:{FOLDERS})/[\w./-]+\.(?:py|md|json|sql|toml))`", text))
    assert [name for name in sorted(named) if not name.endswith("/x.py") and not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_targets_that_a_page_names_exist(page: Path) -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z][a-z-]+)\b(?! sure)", "\n".join(code_in(page)))) <= targets


def code_in(page: Path) -> list[str]:
    text = page.read_text()
    return [*re.findall(r"```(.*?)```", text, re.DOTALL), *re.findall(r"`([^`\n]+)`", text)]


def test_the_sections_that_messages_name_exist() -> None:
    there = headings(ROOT / "docs" / "operations.md")
    named = {name for path in SOURCES for name in re.findall(r"read `([A-Z][^`]+)` in", path.read_text())}
    assert named
    assert named <= there
