"""Where something that was said could have got to: files, processes' arguments and environment, memory, messages."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from ops.bus import LOG, Bus
from ops.crypto import keyfiles
from ops.runtime.inboxes import inbox
from ops.settings import Settings
from tests.support.needles import Found, Needles

PIECE, OVERLAP = 16 << 20, 4096


def files(folder: Path) -> list[Path]:
    """Every regular file below `folder`."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]


def of_database(state: Path, oid: int) -> list[Path]:
    """The files that belong to one database alone; those of the whole cluster are nobody's."""
    return files(state / "pgdata" / "base" / str(oid))


def children(pid: int) -> list[int]:
    """`pid` and everybody below it."""
    parents = {int(path.name): _parent(path) for path in Path("/proc").glob("[0-9]*")}
    family = [pid]
    for member in family:
        family += [child for child, parent in parents.items() if parent == member]
    return family


def _parent(path: Path) -> int:
    with contextlib.suppress(OSError):
        return int((path / "stat").read_text().rpartition(")")[2].split()[1])
    return 0


def in_processes(needles: Needles, pids: list[int]) -> list[Found]:
    """What the arguments and the environment of these say; both can be read by others while the process lives."""
    found = []
    for pid in pids:
        for place in ("cmdline", "environ"):
            with contextlib.suppress(OSError):
                path = Path(f"/proc/{pid}/{place}")
                found += needles.in_bytes(path.read_bytes(), str(path))
    return found


def in_memory(needles: Needles, pid: int) -> list[Found]:
    """What a core dump would hold: every private page that can be read."""
    found = set()
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for start, end in _maps(pid):
            for piece in _pieces(memory.fileno(), start, end):
                found |= {Found(each.what, each.spelling, f"memory of {pid}") for each in needles.in_bytes(piece, "")}
    return sorted(found, key=str)


def _maps(pid: int) -> Iterator[tuple[int, int]]:
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        words = line.split()
        if words[1].startswith("r") and words[-1] not in ("[vvar]", "[vsyscall]", "[vvar_vclock]"):
            start, _, end = words[0].partition("-")
            yield int(start, 16), int(end, 16)


def _pieces(memory: int, start: int, end: int) -> Iterator[bytes]:
    """Overlapping, so that nothing is cut in two."""
    for at in range(start, end, PIECE):
        with contextlib.suppress(OSError):
            yield os.pread(memory, min(PIECE + OVERLAP, end - at), at)


@asynccontextmanager
async def bus(settings: Settings, user: str) -> AsyncIterator[Bus]:
    """The installation's NATS, in the name of one of its users."""
    seed = keyfiles.read(settings.bus / f"{user}.seed").decode().strip()
    connection = Bus(settings.bus_url, seed, inbox(user))
    await connection.start()
    try:
        async with asyncio.timeout(30):
            while not connection.connected:
                await asyncio.sleep(0.02)
        yield connection
    finally:
        await connection.close()


async def in_stream(needles: Needles, speaking: Bus) -> list[Found]:
    """What the messages of LOG say, as NATS hands them out: on its disk they are encrypted."""
    end = await speaking.end(LOG)
    assert end is not None
    found = []
    for sequence in range(end.last - end.messages + 1, end.last + 1):
        message = await speaking.message(LOG, sequence)
        if message is not None:
            content = message.body + repr(message.headers).encode()
            found += needles.in_bytes(content, f"LOG, message {sequence}")
    return found
