"""Load over HTTPS by wrk: requests that were made beforehand, kept-alive connections, every answer looked at."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.trial import NoResult

SCRIPT = """
local made, n = {}, 0
function init(args)
  n = tonumber(args[1])
  for line in io.lines("%s") do
    local method, path, cookie, csrf, token, body = line:match("^(.-)\\t(.-)\\t(.-)\\t(.-)\\t(.-)\\t(.*)$")
    local headers = {}
    if cookie ~= "" then headers["Cookie"] = cookie end
    if csrf ~= "" then headers["X-CSRF-Token"] = csrf end
    if token ~= "" then headers["X-Vault-Token"] = token end
    if body ~= "" then headers["Content-Type"] = "application/json" else body = nil end
    made[#made + 1] = wrk.format(method, path, headers, body)
  end
end
function request() n = n + 1 return made[n %% #made + 1] end
function done(summary, latency)
  local e = summary.errors
  io.stderr:write(string.format(
    '{"requests": %%d, "seconds": %%f, "p50": %%f, "p99": %%f, "refused": %%d, "broken": %%d}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    e.status, e.connect + e.read + e.write + e.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as wrk sends it again and again."""

    method: str
    path: str
    cookie: str = ""
    csrf: str = ""
    token: str = ""
    body: str = ""

    def line(self) -> str:
        return "\t".join((self.method, self.path, self.cookie, self.csrf, self.token, self.body))


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a load; times in ms."""

    requests: int
    rate: float
    p50: float
    p99: float


def script_of(file: Path, requests: Sequence[Request]) -> Path:
    """The requests as a script of wrk, to be used again."""
    lines, script = file.with_suffix(".requests"), file.with_suffix(".lua")
    lines.write_text("".join(f"{request.line()}\n" for request in requests))
    script.write_text(SCRIPT % lines)
    return script


def put(address: str, script: Path, connections: int, seconds: int, first: int | None = None) -> Load:
    """Load `address` with so many connections; NoResult when one answer was not what was asked for.

    The requests come in their order, from the `first` or a random one.
    """
    if shutil.which("wrk") is None:
        raise NoResult("there is no wrk here to make load with: install it (Debian: apt-get install wrk)")
    argv = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script), address, "--",
            str(secrets.randbelow(1 << 20) if first is None else first)]  # fmt: skip
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    try:
        said = json.loads(done.stderr.strip().splitlines()[-1])
    except (IndexError, json.JSONDecodeError):
        raise NoResult(f"wrk failed: {(done.stderr or done.stdout).strip()[-300:]}") from None
    if said["refused"] or said["broken"]:
        raise NoResult(f"{said['refused']} answers were refusals, {said['broken']} did not come")
    if not said["requests"]:
        raise NoResult("nothing was answered")
    return Load(said["requests"], said["requests"] / said["seconds"], said["p50"], said["p99"])
