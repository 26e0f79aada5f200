"""A Peppol access point's gateway in the shape of phoss-ap, for corner 1.

Each document lies in `DIR/documents/<instance id>.xml`, what became of it in
`DIR/transactions/<instance id>.json`; `DIR/log.jsonl` has a line for every submission, with
`duplicate` where the instance id was known.

    python -m hub.simulators.access_point --dir /tmp/ap --token open-sesame

Source:
    Paths, parameters and answers as phoss-ap 0.11 has them.
"""

import json
import re
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

from hub.simulators.plan import FOR_EVER_SECONDS, Known
from hub.simulators.process import Faults, Log, arguments, begin

FAULTS: Known = {
    "refuse": {
        "document": "422, and nothing is kept",
        "token": "401 to everybody who sends to this receiver",
    },
    "defer": {
        "document": "503 with Retry-After: after_seconds (7), and nothing is kept",
        "rate": "429 with Retry-After: after_seconds (3), and nothing is kept",
        "status": "503 to who asks what became of it",
    },
    "hang": {
        "sent": "keeps and sends it, and does not answer",
        "document": "reads it whole, keeps nothing, and does not answer",
    },
    "cut": {
        "sent": "keeps and sends it, and closes the connection without an answer",
        "document": "reads it whole, keeps nothing, and closes the connection",
        "answer": "keeps and sends it, and hangs up in the middle of its answer",
    },
    "duplicate": {"report": "its history shows each transaction twice"},
    "late": {
        "sent": "keeps and sends it, and answers after_seconds later (5)",
        "report": "the receiver's side accepts it after_seconds later (5)",
    },
    "error": {
        "document": "500, and nothing is kept",
        "sent": "keeps and sends it, and answers 500",
    },
    "retry": {"document": "422, and it is sent when next looked at"},
    "give-up": {"document": "422, and it is never sent"},
    "wrong-digest": {"document": "422: the receiver's receipt is over other bytes; never sent"},
    "reject": {
        "report": "sends it, and the receiver's side rejects it, after_seconds later (0)",
        "accepted": "the receiver's side accepts it, and rejects it after_seconds later (5)",
    },
    "unconfirmed": {"report": "sends it; the receiver's side accepts it without knowing more"},
    "silent": {"report": "sends it, and the receiver's side says nothing"},
}
"""What a plan may order; matched against the receiver, `0204:991-01234-44`."""

_SUBMIT = re.compile(r"/api/outbound/submit/([^/]+)/([^/]+)/([^/]+)/([^/]+)/([A-Z]{2})")
_STATUS = re.compile(r"/api/outbound/status/([0-9a-zA-Z-]{1,80})")
_HISTORY = "/api/ops/outbound/history"
_LATE_SECONDS = 5
_BEFORE = {
    ("error", "document"): (500, None),
    ("defer", "document"): (503, 7),
    ("defer", "rate"): (429, 3),
    ("refuse", "document"): (422, None),
    ("refuse", "token"): (401, None),
}
"""Fault to what is answered, nothing being kept, and to after how many seconds to come again."""
_UNSENT = {
    "retry": ("failed", "ordered: the receiver does not answer"),
    "give-up": ("permanently_failed", "ordered: the receiver does not answer"),
    "wrong-digest": ("permanently_failed", "ordered: the receipt's digest is not of what was sent"),
}
_ACCEPTED, _REJECTED, _PENDING = "received_ap", "received_re", "pending"
_SIDES = (
    ("unconfirmed", "report", "received_ab", "received_ab", 0),
    ("silent", "report", _PENDING, _PENDING, 0),
    ("late", "report", _PENDING, _ACCEPTED, _LATE_SECONDS),
    ("reject", "accepted", _ACCEPTED, _REJECTED, _LATE_SECONDS),
    ("reject", "report", _PENDING, _REJECTED, 0),
)
"""Word, moment, what the receiver's side says at once, what later, and after how many seconds."""


class Books:
    """Transactions, each also a file, so that anybody can count them."""

    def __init__(self, folder: Path) -> None:
        self._documents = folder / "documents"
        self._transactions = folder / "transactions"
        for path in (self._documents, self._transactions):
            path.mkdir(parents=True, exist_ok=True)
        rows = (json.loads(file.read_text()) for file in self._transactions.glob("*.json"))
        self._rows: dict[str, dict[str, Any]] = {row["sbdhInstanceID"]: row for row in rows}
        self._answers: dict[str, tuple[float, str]] = {}

    def row(self, instance: str) -> dict[str, Any] | None:
        """Return a transaction; the next time, one that failed has been sent after all."""
        self._turn()
        row = self._rows.get(instance)
        if row is not None and row["status"] == "failed":
            self.write(row | {"status": "sent", "errorDetails": None, "mlsStatus": _ACCEPTED})
        return row

    def expect(self, instance: str, answer: str, seconds: float) -> None:
        """Let the receiver's side give an answer later."""
        self._answers[instance] = (time.monotonic() + seconds, answer)

    def _turn(self) -> None:
        """Take the answers that have come meanwhile."""
        for instance, (due, answer) in list(self._answers.items()):
            if due <= time.monotonic():
                self._answers.pop(instance, None)
                self.write(self._rows[instance] | {"mlsStatus": answer})

    def write(self, row: dict[str, Any], document: bytes | None = None) -> None:
        """Keep a transaction, and its document where it is new."""
        instance = row["sbdhInstanceID"]
        if document is not None:
            (self._documents / f"{instance}.xml").write_bytes(document)
        part = self._transactions / f"{instance}.part"
        part.write_text(json.dumps(row, indent=2), encoding="utf-8")
        part.replace(part.with_suffix(".json"))
        self._rows[instance] = row

    def latest(self, limit: int, offset: int) -> list[dict[str, Any]]:
        """Return transactions, newest first."""
        self._turn()
        rows = sorted(self._rows.values(), key=lambda row: str(row["createdDT"]), reverse=True)
        return rows[offset : offset + limit]


class Gateway(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    wbufsize = 65_536
    books: Books
    faults: Faults
    log: Log
    token: str

    def do_POST(self) -> None:
        """Take a document."""
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:  # who sent it has died
            self.close_connection = True
            return
        found = _SUBMIT.fullmatch(url.path)
        if not self._allowed():
            return
        if found is None:
            self._answer(404, {"error": "no such resource"})
            return
        names = ("senderID", "receiverID", "docTypeID", "processID", "c1CountryCode")
        ids = dict(zip(names, map(unquote, found.groups()), strict=True))
        self._submit(ids, parse_qs(url.query), body)

    def do_GET(self) -> None:
        """Say what became of one document or the latest ones."""
        url = urlsplit(self.path)
        if not self._allowed():
            return
        found = _STATUS.fullmatch(url.path)
        query = parse_qs(url.query)
        if url.path == _HISTORY:
            limit, offset = (int(query.get(name, ["50"])[0]) for name in ("limit", "offset"))
            rows = self.books.latest(limit, offset)
            self._answer(200, [again for row in rows for again in self._shown(row)])
        elif found and (row := self.books.row(found[1])) is not None:
            self._tell(row)
        else:
            self._answer(404, {"error": "not found"})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep stderr for faults."""

    def _tell(self, row: dict[str, Any]) -> None:
        busy = self.faults.due("defer", _receiver(row), at="status")
        if busy:
            self._answer(503, {"error": "ordered: defer"}, _again(busy.seconds(7)))
        else:
            self._answer(200, row)

    def _shown(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        twice = self.faults.strikes("duplicate", _receiver(row), at="report")
        return [row, row] if twice else [row]

    def _submit(self, ids: dict[str, str], query: dict[str, list[str]], body: bytes) -> None:
        receiver = _receiver(ids)
        if self._turned_away(receiver):
            return
        instance = query.get("sbdhInstanceID", [str(uuid4())])[0]
        known = self.books.row(instance)
        self.log.write("submitted", instance=instance, receiver=receiver, duplicate=bool(known))
        if known is None:
            known = self._transaction(ids, instance, receiver) | {
                "custom1": query.get("custom1", [None])[0]
            }
            self.books.write(known, body)
        self._report(known, receiver)

    def _turned_away(self, receiver: str) -> bool:
        """Answer, or not, without keeping anything, where that is ordered."""
        for (word, moment), (code, seconds) in _BEFORE.items():
            if fault := self.faults.due(word, receiver, at=moment):
                again = {} if seconds is None else _again(fault.seconds(seconds))
                self._answer(code, {"error": f"ordered: {word}"}, again)
                return True
        if self.faults.strikes("cut", receiver, at="document"):
            self.close_connection = True
            return True
        if fault := self.faults.due("hang", receiver, at="document"):
            time.sleep(fault.seconds(FOR_EVER_SECONDS))
            return fault.after_seconds is None
        return False

    def _transaction(self, ids: dict[str, str], instance: str, receiver: str) -> dict[str, Any]:
        unsent = [fate for fate in _UNSENT if self.faults.strikes(fate, receiver, at="document")]
        status, why = _UNSENT[unsent[0]] if unsent else ("sent", None)
        return ids | {
            "id": str(uuid4()),
            "transactionType": "business_document",
            "sbdhInstanceID": instance,
            "status": status,
            "attemptCount": 1,
            "createdDT": datetime.now(UTC).isoformat(),
            "errorDetails": why,
            "mlsStatus": _PENDING if unsent else self._answered(instance, receiver),
        }

    def _answered(self, instance: str, receiver: str) -> str:
        """Return what the receiver's side says at once; what it says later is noted."""
        for word, moment, at_once, later, default in _SIDES:
            if fault := self.faults.due(word, receiver, at=moment):
                seconds = fault.seconds(default)
                if seconds and later != at_once:
                    self.books.expect(instance, later, seconds)
                return at_once if seconds else later
        return _ACCEPTED

    def _report(self, row: dict[str, Any], receiver: str) -> None:
        if self.faults.strikes("cut", receiver, at="sent"):
            self.close_connection = True
            return
        if hang := self.faults.due("hang", receiver, at="sent"):
            time.sleep(hang.seconds(FOR_EVER_SECONDS))
        if late := self.faults.due("late", receiver, at="sent"):
            time.sleep(late.seconds(_LATE_SECONDS))
        if self.faults.strikes("error", receiver, at="sent"):
            self._answer(500, {"error": "ordered: error"})
            return
        sent = row["status"] == "sent"
        report = {
            "sbdhInstanceIdentifier": row["sbdhInstanceID"],
            "as4MessageId": f"{row['id']}@access-point.simulator.example",
            "as4ResponseError": not sent,
            "sendingSuccess": sent,
            "overallSuccess": sent,
        }
        half = self.faults.strikes("cut", receiver, at="answer")
        self._answer(200 if sent else 422, report, half=half)

    def _allowed(self) -> bool:
        if self.headers.get("X-Token") == self.token:
            return True
        self._answer(401, {"error": "Invalid or missing API token"})
        return False

    def _answer(
        self, code: int, body: object, headers: dict[str, str] | None = None, *, half: bool = False
    ) -> None:
        data = json.dumps(body).encode()
        self.send_response(code)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if half else data)
        self.close_connection |= half


def _receiver(row: dict[str, Any]) -> str:
    return str(row["receiverID"]).partition("::")[2]


def _again(seconds: float) -> dict[str, str]:
    return {"Retry-After": str(round(seconds))}


def main() -> None:
    """Read the options and serve."""
    parser = arguments("A Peppol access point's gateway for tests and demonstrations.")
    parser.add_argument("--token", default="open-sesame", help="what X-Token must hold")
    options = parser.parse_args()
    Gateway.books = Books(options.dir)
    Gateway.faults = Faults(options.faults, FAULTS)
    Gateway.log = Log(options.dir)
    Gateway.token = options.token
    server = ThreadingHTTPServer(("127.0.0.1", options.port), Gateway)
    server.daemon_threads = True
    begin(server.server_address[1], die_with_parent=options.die_with_parent)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
