"""How many data keys lie under which version of their root."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ops import database
from ops.crypto import roots
from ops.crypto.key_store import Tier
from ops.settings import Settings

_VERSIONS = "select tier, version from ledger.key_versions"
_COUNTS = {tier: f"select kek, count(*) from ledger.{tier}_keys group by kek order by kek" for tier in Tier}


@dataclass(frozen=True, slots=True)
class TierStatus:
    """`held`: the newest version in the root's file; `used`: the one that new keys are wrapped under; `keys` by
    version."""

    tier: str
    held: int
    used: int
    keys: Mapping[int, int]

    @property
    def outdated(self) -> int:
        return sum(count for version, count in self.keys.items() if version < self.held)


def of(settings: Settings) -> list[TierStatus]:
    with database.connect_now(database.ledger_url(settings, "migrate", limited=False)) as ledger:
        used = {str(tier): int(version) for tier, version in ledger.execute(_VERSIONS)}
        counts = {tier: dict(ledger.execute(_COUNTS[tier].encode()).fetchall()) for tier in Tier}
    held = roots.versions(settings)
    return [TierStatus(tier, held[tier], used[tier], counts[tier]) for tier in Tier]


def as_text(found: Sequence[TierStatus]) -> str:
    lines = []
    for each in found:
        keys = ", ".join(f"{count} under version {version}" for version, count in each.keys.items()) or "no keys yet"
        lines.append(f"{each.tier:<7}the {each.tier} root has version {each.held}; {keys}")
        if each.outdated or each.used < each.held:
            lines.append(f"       a rotation is not done: `strongroom keys rotate --tier {each.tier}` goes on with it")
    return "\n".join(lines)
