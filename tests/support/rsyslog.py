"""A real rsyslog that takes messages over mutual TLS, to be stopped, killed and started again."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ops.crypto.authority import Authority, Pair
from tests.support.lab import LAB, why_not
from tests.support.servers import free_port

POSITION = re.compile(r'position="(\d+)"')
CONFIGURATION = """
global(workDirectory="{folder}" maxMessageSize="64k" net.enableDNS="off" defaultNetstreamDriver="gtls"
  defaultNetstreamDriverCAFile="{folder}/ca.pem" defaultNetstreamDriverCertFile="{folder}/own.pem"
  defaultNetstreamDriverKeyFile="{folder}/own.key")
module(load="imtcp")
template(name="all" type="string" string="%structured-data% %msgid% %msg%\\n")
ruleset(name="in") {{ action(type="omfile" file="{folder}/in.log" template="all" flushOnTXEnd="on") }}
input(type="imtcp" address="127.0.0.1" port="{port}" ruleset="in" streamDriver.name="gtls" streamDriver.mode="1"
  streamDriver.authMode="x509/name" permittedPeer=["vault.test"])
"""


@dataclass
class Rsyslog:
    """One receiver. `client` is the certificate that it lets in; its own is for `localhost`."""

    folder: Path
    port: int = field(default_factory=free_port)
    authority: Authority = field(default_factory=Authority.make)
    process: subprocess.Popen[bytes] | None = None

    @property
    def client(self) -> Pair:
        return self.authority.issue("vault.test", ["vault.test"])

    @property
    def address(self) -> str:
        return f"localhost:{self.port}"

    def lay(self) -> None:
        own = self.authority.issue("localhost", ["localhost"])
        for name, content in {
            "ca.pem": self.authority.pair.certificate,
            "own.pem": own.certificate,
            "own.key": own.key,
        }.items():
            (self.folder / name).write_bytes(content)
        (self.folder / "rsyslog.conf").write_text(CONFIGURATION.format(folder=self.folder, port=self.port))

    def start(self) -> None:
        words = ["rsyslogd", "-n", "-f", str(self.folder / "rsyslog.conf"), "-i", str(self.folder / "rsyslog.pid")]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        pytest.fail("rsyslog did not start")

    def stop(self, kill: bool = False) -> None:
        if self.process is not None:
            (self.process.kill if kill else self.process.terminate)()
            self.process.wait(30)
            self.process = None

    @property
    def lines(self) -> list[str]:
        file = self.folder / "in.log"
        return file.read_text().splitlines() if file.exists() else []

    @property
    def positions(self) -> list[int]:
        """In the order in which they came."""
        return [int(found[1]) for line in self.lines if (found := POSITION.search(line))]


@contextmanager
def rsyslog(folder: Path) -> Iterator[Rsyslog]:
    """Running, installed by the lab if need be."""
    if (reason := why_not()) is not None:
        pytest.skip(reason)
    subprocess.run([sys.executable, str(LAB), "install", "syslog"], check=True, capture_output=True, timeout=600)
    it = Rsyslog(folder)
    it.lay()
    it.start()
    try:
        yield it
    finally:
        it.stop()
