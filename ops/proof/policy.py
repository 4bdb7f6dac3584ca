"""Who has to have seen a checkpoint before it is believed: the text of C2SP tlog-policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from ops.proof.errors import Malformed, NotSigned
from ops.proof.notes import Algorithm, Note, VerifierKey

NOBODY = "none"
LONGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Witness:
    """Somebody who remembers the last checkpoint he saw, and where he can be asked."""

    name: str
    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """So many of these have to agree; members are witnesses or other groups."""

    wanted: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """The logs that are known, the witnesses, and how many of them are asked for."""

    logs: tuple[VerifierKey, ...] = ()
    witnesses: Mapping[str, Witness] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NOBODY

    @classmethod
    def parse(cls, text: str) -> Self:
        """One line after another; Malformed names the line that is not understood."""
        found = _Reading()
        for number, line in enumerate(text[: LONGEST + 1].splitlines(), 1):
            words = line.split("#", 1)[0].split()
            if words:
                found.take(number, words[0], words[1:])
        if len(text) > LONGEST or found.quorum is None:
            raise Malformed("a policy says at its end how many have to agree: `quorum NAME` or `quorum none`")
        return cls(tuple(found.logs), found.witnesses, found.groups, found.quorum)

    @property
    def is_witnessed(self) -> bool:
        """Whether anybody beside the log has to agree."""
        return self.quorum != NOBODY

    def check(self, note: Note) -> None:
        """NotSigned unless as many witnesses cosigned as the quorum asks for."""
        if not self.agreed(note):
            have = ", ".join(self.cosigned(note)) or "nobody"
            raise NotSigned(f"the policy asks for {self._asked(self.quorum)}; cosigned by {have}")

    def agreed(self, note: Note) -> bool:
        return not self.is_witnessed or self._holds(self.quorum, set(self.cosigned(note)))

    def cosigned(self, note: Note) -> list[str]:
        """The witnesses whose signatures under the note hold."""
        return [name for name, witness in self.witnesses.items() if note.is_signed_by(witness.key)]

    def _holds(self, name: str, agreed: set[str]) -> bool:
        if name in self.witnesses:
            return name in agreed
        group = self.groups[name]
        return sum(self._holds(member, agreed) for member in group.members) >= group.wanted

    def _asked(self, name: str) -> str:
        if name in self.witnesses:
            return name
        group = self.groups[name]
        return f"{group.wanted} of {{{', '.join(map(self._asked, group.members))}}}"


class _Reading:
    """The lines of a policy so far."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None

    def take(self, number: int, kind: str, words: Sequence[str]) -> None:
        try:
            match kind, words:
                case "log", [key, *_]:
                    self.logs.append(VerifierKey.parse(key))
                case "witness", [name, key, *url] if len(url) < 2:
                    self._witness(name, VerifierKey.parse(key), url[0] if url else None)
                case "group", [name, wanted, *members] if members:
                    self._group(name, wanted, members)
                case "quorum", [name] if self.quorum is None:
                    self.quorum = name if name == NOBODY else self._known(name)
                case _:
                    raise Malformed("expected: log KEY, witness NAME KEY [URL], group NAME N MEMBER …, or quorum NAME")
        except Malformed as error:
            raise Malformed(f"line {number} of the policy: {error}") from None

    def _witness(self, name: str, key: VerifierKey, url: str | None) -> None:
        if key.algorithm is not Algorithm.COSIGNATURE:
            raise Malformed(f"the key of {name} signs logs, not cosignatures: the witness tells its own")
        if key.public in {each.key.public for each in self.witnesses.values()}:
            raise Malformed(f"the key of {name} is another witness's too: one would agree with himself")
        self.witnesses[self._fresh(name)] = Witness(name, key, url)

    def _group(self, name: str, wanted: str, members: Sequence[str]) -> None:
        counts = {"any": 1, "all": len(members)}
        number = counts.get(wanted) or (int(wanted) if wanted.isascii() and wanted.isdigit() else 0)
        if not 1 <= number <= len(members) or len(set(members)) != len(members):
            raise Malformed(
                f"of {len(members)} members {wanted} cannot agree: a number, `any` or `all`, each named once"
            )
        self.groups[self._fresh(name)] = Group(number, tuple(map(self._known, members)))

    def _known(self, name: str) -> str:
        if name not in self.witnesses and name not in self.groups:
            raise Malformed(f"no line before this one says who {name} is")
        return name

    def _fresh(self, name: str) -> str:
        if name == NOBODY or name in self.witnesses or name in self.groups:
            raise Malformed(f"{name} is taken already")
        return name
