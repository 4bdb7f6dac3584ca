"""Findings as people and as programs read them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from ops.doctor.findings import Finding, Grade

_SIGNS = {Grade.WELL: "  ok   ", Grade.LOOK: "  LOOK ", Grade.STOPS: "  STOP "}


def stops_work(findings: Sequence[Finding]) -> bool:
    return any(finding.grade is Grade.STOPS for finding in findings)


def as_text(findings: Sequence[Finding]) -> str:
    lines = [line for finding in findings for line in _lines(finding)]
    return "\n".join([*lines, "", _sum(findings)])


def as_json(findings: Sequence[Finding]) -> str:
    return json.dumps(
        {"works": not stops_work(findings), "findings": [asdict(finding) for finding in findings]}, indent=2
    )


def _lines(finding: Finding) -> list[str]:
    said = [f"{_SIGNS[finding.grade]}{finding.check}: {finding.says}"]
    return [*said, f"         → {finding.remedy}"] if finding.remedy else said


def _sum(findings: Sequence[Finding]) -> str:
    counts = {grade: sum(finding.grade is grade for finding in findings) for grade in Grade}
    if counts[Grade.STOPS]:
        return f"{counts[Grade.STOPS]} of {len(findings)} checks stop work."
    if counts[Grade.LOOK]:
        return f"All works; {counts[Grade.LOOK]} of {len(findings)} checks want a look."
    return f"All {len(findings)} checks are well."
