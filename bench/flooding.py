"""A process that sends requests at a steady rate: `python -m bench.flooding PORT FILE RATE`; until told to stop."""

from __future__ import annotations

import asyncio
import json
import re
import ssl
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import uvloop

CONNECTIONS = 24
REFUSALS = {b"401", b"403", b"404", b"429"}
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


async def flood(port: int, requests: Sequence[bytes], rate: int) -> dict[str, float]:
    """Every connection takes its share of the moments; one that is late sends at once."""
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    lines = [await asyncio.open_connection("127.0.0.1", port, ssl=trust) for _ in range(CONNECTIONS)]
    print("ready", flush=True)
    stop = asyncio.create_task(asyncio.to_thread(sys.stdin.readline))
    began, statuses = time.perf_counter(), Counter[bytes]()

    async def send(number: int) -> None:
        reader, writer = lines[number]
        for turn in range(number, 1 << 40, CONNECTIONS):
            await asyncio.sleep(began + turn / rate - time.perf_counter())
            if stop.done():
                return
            writer.write(requests[turn % len(requests)])
            statuses[await _status(reader)] += 1

    await asyncio.gather(*[send(number) for number in range(CONNECTIONS)])
    seconds = time.perf_counter() - began
    refused = sum(count for status, count in statuses.items() if status in REFUSALS)
    return {"rate": refused / seconds, "other": statuses.total() - refused}


async def _status(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = LENGTH.search(head)
    await reader.readexactly(int(length[1]) if length else 0)
    return head[9:12]


if __name__ == "__main__":
    made = [json.loads(line).encode() for line in Path(sys.argv[2]).read_text().splitlines()]
    print(json.dumps(uvloop.run(flood(int(sys.argv[1]), made, int(sys.argv[3])))), flush=True)
