"""An empty FastAPI route, served exactly as the api process serves: `python -m bench.empty PORT CERTIFICATE KEY`."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
import uvloop
from fastapi import FastAPI

from api.server import configured, listen
from api.tls import Certificate

app = FastAPI()


@app.get("/empty")
async def empty() -> None:
    """What FastAPI itself takes."""


async def main(port: int, certificate: Certificate) -> None:
    await uvicorn.Server(configured(app, certificate)).serve([listen("127.0.0.1", port)])


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), Certificate(Path(sys.argv[2]), Path(sys.argv[3]))))
