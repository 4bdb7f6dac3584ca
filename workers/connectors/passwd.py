"""The dialogue with `passwd` on a terminal: each secret only in answer to a question that is understood."""

from __future__ import annotations

import asyncio
import re
from enum import Enum

import asyncssh

from domain.resets import Step
from domain.secrets import Secret
from workers.connectors import errors
from workers.connectors.base import Note
from workers.connectors.errors import Phase, TargetError
from workers.connectors.login import TROUBLE, Timeouts
from workers.connectors.terminal import as_bytes

COMMAND = "env LC_ALL=C passwd"
"""The whole command line: it names nobody and holds nothing. `env` works in every shell; C asks in English."""

MOST_OUTPUT = 65_536
INTERRUPT = b"\x03"


class Question(Enum):
    """The questions of `passwd`, whichever PAM module words them; the first pattern that fits decides."""

    AGAIN = re.compile(rb"re-?type|re-?enter|repeat|again|verify|confirm", re.IGNORECASE)
    NEW = re.compile(rb"\bnew\b", re.IGNORECASE)
    CURRENT = re.compile(rb"current|\bold\b|existing", re.IGNORECASE)


RULES = {
    "it was used before": re.compile(rb"already used|used before|been used", re.IGNORECASE),
    "the last change was too recent": re.compile(rb"wait longer|too (soon|recent|early)", re.IGNORECASE),
    "it is too short": re.compile(rb"longer password|too short|shorter than|WAY too short", re.IGNORECASE),
    "it is too long": re.compile(rb"shorter password|too long", re.IGNORECASE),
    "it is too like the current one": re.compile(
        rb"too similar|case changes only|rotated|same as the old|wrapped|different than|has not been changed",
        re.IGNORECASE,
    ),
    "it is too simple": re.compile(
        rb"too simple|simplistic|systematic|not contain enough|contains? less than|palindrome|"
        rb"different characters|too many|monotonic|sequence",
        re.IGNORECASE,
    ),
    "it is based on a word": re.compile(rb"dictionary|based on a", re.IGNORECASE),
    "it holds the user name": re.compile(rb"user ?name|login name", re.IGNORECASE),
}
"""What servers say, in our words: theirs never reach an event, for they could carry anything."""

LONGEST_QUESTION = 256


class Passwd:
    """One run of `passwd`. `phase` tells at every moment what is known of the password."""

    def __init__(
        self, process: asyncssh.SSHClientProcess[bytes], current: Secret, new: Secret, note: Note, timeouts: Timeouts
    ) -> None:
        self._process = process
        self._answers = {Question.CURRENT: current, Question.NEW: new, Question.AGAIN: new}
        self._note = note
        self._timeouts = timeouts
        self._answered: list[Question] = []
        self.phase = Phase.BEFORE

    async def run(self) -> None:
        """Answer until `passwd` ends; return when it says that the password is changed."""
        while True:
            said = await self._listen()
            question = _question(said)
            if question is None:
                return self._conclude(said, await self._exit_status())
            if question in self._answered:
                self._send(INTERRUPT)
                raise self._turned_down(said)
            await self._answer(question)

    async def _answer(self, question: Question) -> None:
        line = as_bytes(self._answers[question]) + b"\n"
        if question is Question.NEW:
            await self._note(Step.HANDING_OVER)
            self.phase = Phase.MAYBE
        self._answered.append(question)
        self._send(line)

    def _send(self, line: bytes) -> None:
        try:
            self._process.stdin.write(line)
        except TROUBLE:
            raise errors.CutOff(phase=self.phase) from None

    async def _listen(self) -> bytes:
        """What `passwd` says, up to a question that we know or its end."""
        said = b""
        while _question(said) is None:
            part = await self._hear(asked=_asked(said) is not None)
            if not part:
                return said
            said += part
            if len(said) > MOST_OUTPUT:
                raise errors.NotUnderstood("it says too much", self.phase)
        return said

    async def _hear(self, *, asked: bool) -> bytes:
        """More of what it says. What looks like a question may yet turn out to be the half of a line."""
        try:
            async with asyncio.timeout(self._timeouts.quiet if asked else self._timeouts.answer):
                return await self._process.stdout.read(4096)
        except TimeoutError:
            raise (errors.NotUnderstood if asked else errors.TimedOut)(phase=self.phase) from None
        except TROUBLE:
            raise errors.CutOff(phase=self.phase) from None

    async def _exit_status(self) -> int | None:
        try:
            async with asyncio.timeout(self._timeouts.answer):
                await self._process.wait_closed()
        except TimeoutError:
            raise errors.TimedOut(phase=self.phase) from None
        return self._process.exit_status

    def _conclude(self, said: bytes, status: int | None) -> None:
        if status is None:
            raise errors.CutOff(phase=self.phase)
        if status != 0:
            raise self._turned_down(said)
        if Question.NEW not in self._answered:
            raise errors.NotChanged("it never asked for the new password")
        self.phase = Phase.AFTER

    def _turned_down(self, said: bytes) -> TargetError:
        """A rule that we know means that nothing changed; for anything else a login must tell."""
        if Question.NEW not in self._answered:
            return errors.CurrentRefused() if self._answered else errors.NotChanged()
        rule = next((words for words, pattern in RULES.items() if pattern.search(said)), None)
        if rule is None:
            return errors.NotChanged(phase=self.phase)
        return errors.PasswordRefused(rule)


def _asked(said: bytes) -> bytes | None:
    """The line that `said` ends with, if it looks like a question. Bounded: a server may say anything at any length."""
    line = said[-LONGEST_QUESTION:].replace(b"\r", b"\n").rpartition(b"\n")[2].rstrip(b" \t")
    return line if line.endswith(b":") else None


def _question(said: bytes) -> Question | None:
    """The question that `said` ends with, if it is one of ours."""
    asked = _asked(said)
    if asked is None:
        return None
    return next((question for question in Question if question.value.search(asked)), None)
