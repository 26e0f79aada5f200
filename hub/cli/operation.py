"""Commands of the operator: init, serve, work, doctor, login, address-book."""

import asyncio
import logging
import signal
import socket
import threading
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from formats.notation import decode
from hub import wiring
from hub.api import app as api
from hub.cli import doctoring, starting
from hub.cli.output import Misused, answer
from hub.cli.traffic import house_of
from hub.config import load
from hub.console import app as console
from hub.doors.sftp import SftpDoor
from hub.enrichment.address_book import read_csv
from hub.store import recipients

_LINK_HOURS = 24


def init(options: Namespace) -> int:
    """Write a commented settings file, keys, a first API key and a link into the console."""
    made = starting.write(options.config, options.tenant, options.name, options.sender)
    answer(options, made, made.lines())
    return 0


def serve(options: Namespace) -> int:
    """Run the hub until it is told to stop."""
    _log_to_stderr()
    config = load(options.config)
    with _listening(config.hub.listen) as listening:
        running = wiring.web(config)
        refused: list[str] = []

        @asynccontextmanager
        async def beside(_app: FastAPI) -> AsyncIterator[None]:
            logging.getLogger("facteur").info("API and console on http://%s", config.hub.listen)
            try:
                await _open(running.sftp)
            except OSError as error:
                refused.append(f"sftp_door.listen {config.sftp_door.listen}: {error}")
                server.should_exit = True
            yield
            if running.sftp is not None:
                await running.sftp.stop()
            await asyncio.to_thread(running.stop)

        app = api.create(running.house, lifespan=beside)
        console.mount(app, running.house)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False))
        server.run(sockets=[listening])
    if refused:
        raise Misused(refused[0])
    return 0


def _listening(address: str) -> socket.socket:
    """Take the port before anything is started."""
    host, _, port = address.rpartition(":")
    bare = host.strip("[]")
    family = socket.AF_INET6 if ":" in bare else socket.AF_INET
    try:
        return socket.create_server((bare, int(port)), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        raise Misused(f"hub.listen {address}: {error}") from error


async def _open(door: SftpDoor | None) -> None:
    if door is not None:
        port = await door.start()
        logging.getLogger("facteur").info("SFTP door on port %d", port)


def work(options: Namespace) -> int:
    """Run one more worker until it is told to stop."""
    _log_to_stderr()
    running = wiring.worker(load(options.config))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
    running.stop()
    return 0


def doctor(options: Namespace) -> int:
    """Say what is wrong with the set-up, and how to mend it."""
    checks = doctoring.examine(options.config)
    lines = [f"{'good' if c.good else 'BAD '}  {c.name}: {c.words}" for c in checks]
    answer(options, checks, [line.replace("\n", "\n      ") for line in lines])
    return 0 if all(check.good for check in checks) else 1


def login(options: Namespace) -> int:
    """Print a one-time link into the console."""
    with house_of(options) as house:
        if options.tenant not in {*house.config.tenants, "*"}:
            raise Misused(f"no [tenant.{options.tenant}] in the settings")
        link = starting.login_link(house.config, house.database, options.tenant)
    answer(options, {"link": link}, [f"{link}  (once, within {_LINK_HOURS} hours)"])
    return 0


def address_book(options: Namespace) -> int:
    """Take an address book from CSV."""
    with house_of(options) as house:
        if options.tenant not in house.config.tenants:
            raise Misused(f"no [tenant.{options.tenant}] in the settings")
        try:
            text = decode(options.file.read_bytes(), "cp1252")
        except UnicodeDecodeError as error:
            raise Misused(f"{options.file}: not text: {error}") from error
        entries = read_csv(text)
        with house.database.transaction() as connection:
            recipients.put(connection, options.tenant, entries, now=house.clock())
    answer(options, {"recipients": len(entries)}, [f"{len(entries)} recipients"])
    return 0


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for noisy in ("asyncssh", "fontTools", "weasyprint", "pyhanko", "httpx", "paramiko", "dbos"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
