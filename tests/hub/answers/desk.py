"""A house whose ERP is told what becomes of its documents."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from hub.answers.gathering import gather_all
from hub.answers.receivers import Receiver, receivers_of
from hub.config.loading import load
from hub.pipeline.receive import Arrival, receive
from hub.store import notices
from hub.store.notices import Kept
from tests.hub.houses import Home

SECRET = b"0123456789abcdef0123456789abcdef"


def receivers(home: Home, tables: str) -> dict[str, Receiver]:
    """Return the receivers of the house's settings and these tables."""
    settings = home.house.config.file.with_name("with-answers.toml")
    settings.write_text(home.house.config.file.read_text("utf-8") + tables, encoding="utf-8")
    settings.with_name("secret").write_text(f"whsec_{base64.b64encode(SECRET).decode()}\n")
    return receivers_of(load(settings))


def table(key: str, form: str, more: str = "") -> str:
    return f'[answer.{key}]\nsender = "erp"\nform = "{form}"\n{more}\n'


def webhook(key: str, url: str, more: str = "") -> str:
    return table(key, "webhook", f'url = "{url}"\nsecret_file = "secret"\n{more}')


def drop(
    home: Home,
    data: bytes,
    name: str = "a.xml",
    sender: str = "erp",
    replaces: str | None = None,
) -> str:
    arrival = Arrival(
        data=data, name=name, tenant="nordwind", sender=sender, door="api", replaces=replaces
    )
    submission, _ = receive(home.house, arrival)
    return submission.id


def note(home: Home, known: dict[str, Receiver]) -> None:
    """Make notices of all that has changed."""
    gather_all(home.house, known)


def kept(home: Home, state: str | None = None) -> list[Kept]:
    with home.house.database.transaction() as connection:
        found = notices.listed(connection, state=state, limit=99)
    return sorted(found, key=lambda each: each.id)


def files(receiver: Receiver) -> list[Path]:
    assert receiver.folder is not None
    return sorted(receiver.folder.glob("*")) if receiver.folder.exists() else []


class Endpoint:
    """A webhook that answers as told: a status, or 0 for hanging up without one."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/facteur"
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.asked: list[tuple[dict[str, str], bytes]] = []

    @property
    def types(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.asked]


@contextmanager
def endpoint() -> Iterator[Endpoint]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            said.asked.append(({k.lower(): v for k, v in self.headers.items()}, body))
            status, more = said.answers.pop(0) if said.answers else (204, {})
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in {"content-length": "0", **more}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *_arguments: object) -> None:  # noqa: A002
            del format

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    said = Endpoint(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield said
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
