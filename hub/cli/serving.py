"""The commands that stay: serve and work."""

import asyncio
import logging
import signal
import threading
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from hub.api import app as api
from hub.auditor import looking
from hub.cli.output import Misused
from hub.cli.ports import listening
from hub.config.loading import load
from hub.console import app as console
from hub.doors.lmtp import LmtpDoor
from hub.doors.sftp import SftpDoor
from hub.wiring.database import unwritable
from hub.wiring.running import Running, web, worker


def serve(options: Namespace) -> int:
    """Run the hub until it is told to stop."""
    _log_to_stderr()
    config = load(options.config)
    if (path := unwritable(config)) is not None:
        raise Misused(f"{path} cannot be written by who runs this; chown or chmod it")
    with listening("hub.listen", config.hub.listen) as port:
        running = web(config)
        refused: list[str] = []
        doors = _doors(running)

        @asynccontextmanager
        async def beside(_app: FastAPI) -> AsyncIterator[None]:
            logging.getLogger("facteur").info("API and console on http://%s", config.hub.listen)
            for name, door in doors:
                try:
                    await _open(name, door)
                except OSError as error:
                    listen = getattr(config, f"{name}_door").listen
                    refused.append(f"{name}_door.listen {listen}: {error}")
                    server.should_exit = True
            yield
            for _, door in doors:
                await door.stop()
            await asyncio.to_thread(running.stop)

        app = api.create(running.house, lifespan=beside)
        looking.mount(app, running.house)
        console.mount(app, running.house)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False))
        server.run(sockets=[port])
    if refused:
        raise Misused(refused[0])
    return 0


def _doors(running: Running) -> list[tuple[str, SftpDoor | LmtpDoor]]:
    doors: dict[str, SftpDoor | LmtpDoor | None] = {"sftp": running.sftp, "lmtp": running.lmtp}
    return [(name, door) for name, door in doors.items() if door is not None]


async def _open(name: str, door: SftpDoor | LmtpDoor) -> None:
    port = await door.start()
    logging.getLogger("facteur").info("%s door on port %d", name.upper(), port)


def work(options: Namespace) -> int:
    """Run one more worker until it is told to stop."""
    _log_to_stderr()
    running = worker(load(options.config))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
    running.stop()
    return 0


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for noisy in ("asyncssh", "fontTools", "weasyprint", "pyhanko", "httpx", "paramiko", "dbos"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
