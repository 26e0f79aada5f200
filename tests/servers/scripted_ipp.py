"""A printer that speaks IPP and misbehaves as the name of a job says: `refuse-7`, `doubt-7`."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from outbound.ipp_message import Answer, Operation, Tag, attribute, group, read, request

BAD_REQUEST = 0x0400
DROPPED, NO_IPP = -1, -2
"""Instead of a status: the line is cut, or a page comes."""
FATES: Mapping[str, tuple[int, bool]] = {
    "refuse": (0x040B, False),
    "doubt": (DROPPED, True),
    "lost": (DROPPED, False),
    "page": (NO_IPP, True),
    "internal": (0x0500, True),
    "locked": (0x0403, False),
    "gone": (0x0406, False),
    "full": (0x0506, False),
    "hot": (0x0504, False),
    "busy": (0x0507, False),
    "soon": (0x0505, False),
    "killed": (0x0508, False),
    "format": (0x040A, False),
}
"""First word of a job's name to the status it gets, once, and whether it is a job then."""
COMPLETED = 9


@dataclass
class Listed:
    """A job as this printer lists it."""

    number: int
    name: str
    data: bytes
    asked: Mapping[str, Any]
    state: int = 3
    reason: str = "none"


@dataclass
class ScriptedPrinter:
    """What it has got, and what it says of itself."""

    port: int = 0
    password: str = ""
    state: int = 3
    accepts: bool = True
    scales: bool = True
    jobs: list[Listed] = field(default_factory=list)
    struck: set[str] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)

    def answer(self, asked: Answer, data: bytes) -> tuple[int, list[bytes]]:
        """Return status and groups."""
        with self.lock:
            match asked.status:
                case Operation.PRINT_JOB:
                    return self._print(asked, data)
                case Operation.GET_JOBS:
                    return 0, self._listed(asked)
                case Operation.GET_PRINTER_ATTRIBUTES:
                    return 0, [self._facts()]
                case _:
                    return BAD_REQUEST, []

    def _print(self, asked: Answer, data: bytes) -> tuple[int, list[bytes]]:
        [about] = asked.of(Tag.OPERATION_GROUP)
        name = str(about["job-name"][0])
        fate = (0, True) if name in self.struck else FATES.get(name.partition("-")[0], (0, True))
        self.struck.add(name)
        if name.startswith("refuse"):
            self.struck.discard(name)
        status, is_job = fate
        if not is_job:
            return status, []
        wanted = {key: value for each in asked.of(Tag.JOB_GROUP) for key, value in each.items()}
        job = Listed(len(self.jobs) + 1, name, data[data.index(b"%PDF") :], wanted)
        self.jobs.append(job)
        return status, [_job(job)]

    def _listed(self, asked: Answer) -> list[bytes]:
        [about] = asked.of(Tag.OPERATION_GROUP)
        ended = about["which-jobs"] == ("completed",)
        return [_job(job) for job in self.jobs if (job.state > 6) is ended]

    def _facts(self) -> bytes:
        return group(
            Tag.PRINTER_GROUP,
            attribute(Tag.ENUM, "printer-state", self.state),
            attribute(Tag.KEYWORD, "printer-state-reasons", "toner-low-warning"),
            attribute(Tag.BOOLEAN, "printer-is-accepting-jobs", self.accepts),
            attribute(Tag.MIME_TYPE, "document-format-supported", "application/pdf"),
            attribute(Tag.KEYWORD, "sides-supported", "one-sided", "two-sided-long-edge"),
            attribute(Tag.KEYWORD, "media-supported", "iso_a4_210x297mm", "na_letter_8.5x11in"),
            attribute(Tag.KEYWORD, "media-source-supported", "tray-1"),
            *([attribute(Tag.KEYWORD, "print-scaling-supported", "auto", "none")] * self.scales),
        )


def _job(job: Listed) -> bytes:
    return group(
        Tag.JOB_GROUP,
        attribute(Tag.INTEGER, "job-id", job.number),
        attribute(Tag.NAME, "job-name", job.name),
        attribute(Tag.ENUM, "job-state", job.state),
        attribute(Tag.KEYWORD, "job-state-reasons", job.reason),
    )


@contextmanager
def scripted_printer(*, password: str = "") -> Iterator[ScriptedPrinter]:
    """Run it until the block ends; it lets `facteur` in."""
    printer = ScriptedPrinter(password=password)
    wanted = "Basic " + b64encode(f"facteur:{password}".encode()).decode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            if password and self.headers["Authorization"] != wanted:
                self._say(401, b"")
                return
            status, groups = printer.answer(read(data), data)
            if status == DROPPED:
                self.close_connection = True
                return
            head = group(Tag.OPERATION_GROUP, attribute(Tag.CHARSET, "attributes-charset", "utf-8"))
            said = request(Operation.PRINT_JOB, head, *groups)
            words = said[:2] + status.to_bytes(2, "big") + said[4:] if status >= 0 else b"<html>"
            self._say(200, words)

        def _say(self, code: int, words: bytes) -> None:
            self.send_response(code)
            self.send_header("Content-Length", str(len(words)))
            self.end_headers()
            self.wfile.write(words)

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    printer.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield printer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
