"""Structured logs, one JSON object a line, from a closed set of fields: what is not in the set cannot be logged."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from enum import Enum
from typing import IO, TypedDict, Unpack
from uuid import UUID

LONGEST = 200
TRUSTED = ("strongroom", "uvicorn.error")


class Fields(TypedDict, total=False):
    """All that a line may say beside its message: ids, numbers and words of our own, never what a person typed."""

    request: UUID
    actor: UUID
    session: UUID
    stream: UUID
    position: int
    method: str
    route: str
    status: int
    milliseconds: float
    problem: str
    topic: str
    projection: str
    generation: int
    command: str
    attempt: int
    child: str
    pid: int
    port: int
    path: str
    exit_code: int
    signal: str
    seconds: float
    count: int
    lag: int
    server: str
    version: str
    check: str


Value = UUID | int | float | str

_CLOSED = frozenset(Fields.__annotations__)


class JsonLines(logging.Formatter):
    """A record as JSON. Of other people's records only the template is kept: their arguments may hold anything."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self._process,
            "pid": record.process,
            "logger": record.name,
            "message": _template(record),
        }
        line |= {name: _plain(value) for name, value in _fields(record).items() if name in _CLOSED}
        if record.exc_info and record.exc_info[1] is not None:
            line |= fault(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def fault(error: BaseException) -> dict[str, object]:
    """What went wrong and where, by class and line: an exception's message may quote what was being worked on."""
    frames = traceback.extract_tb(error.__traceback__)
    chain = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
    cause = error.__cause__ or error.__context__
    found: dict[str, object] = {"error": f"{type(error).__module__}.{type(error).__qualname__}", "at": chain}
    if cause is not None:
        found["because"] = f"{type(cause).__module__}.{type(cause).__qualname__}"
    return found


class Log:
    """A named log whose lines are a constant sentence and closed fields; mypy holds callers to the set."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def debug(self, message: str, **fields: Unpack[Fields]) -> None:
        self._logger.debug(message, extra={"fields": fields})

    def info(self, message: str, **fields: Unpack[Fields]) -> None:
        self._logger.info(message, extra={"fields": fields})

    def warning(self, message: str, **fields: Unpack[Fields]) -> None:
        self._logger.warning(message, extra={"fields": fields})

    def error(self, message: str, error: BaseException | None = None, **fields: Unpack[Fields]) -> None:
        self._logger.error(message, exc_info=error, extra={"fields": fields})

    @property
    def chatty(self) -> bool:
        """Whether lines of level debug are kept at all."""
        return self._logger.isEnabledFor(logging.DEBUG)


def start_logging(process: str, to: IO[str] | None = None, level: int = logging.INFO) -> None:
    """Send every log of this process, libraries' too, to one stream as JSON lines."""
    handler = logging.StreamHandler(to or sys.stderr)
    handler.setFormatter(JsonLines(process))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(True)
    for noisy in ("asyncssh", "httpx", "httpcore", "nats", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _template(record: logging.LogRecord) -> str:
    """Ours are constant sentences. Others format values into theirs, so only those known to be constant are kept."""
    if record.name.startswith(TRUSTED) and isinstance(record.msg, str):
        return record.msg[:LONGEST]
    return f"{record.filename}:{record.lineno}"


def _fields(record: logging.LogRecord) -> dict[str, object]:
    return getattr(record, "fields", {})


def _plain(value: object) -> Value | bool | None:
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bool | int | float) or value is None:
        return value
    return str(value)[:LONGEST] if isinstance(value, str) else f"<{type(value).__name__}>"
