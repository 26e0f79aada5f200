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

from hub.simulators.process import Faults, Log, arguments, begin

FAULTS = (
    "error",  # 500 and nothing kept
    "error-after",  # kept and sent, then 500
    "busy",  # 503 with Retry-After
    "throttle",  # 429 with Retry-After
    "hang",  # kept and sent, then silence
    "drop",  # kept and sent, then the connection closes without an answer
    "refuse",  # 422 and nothing kept
    "retry",  # 422, and it is sent when next looked at
    "give-up",  # 422, and it is never sent
    "reject",  # sent, and the receiver's side rejects it
    "unconfirmed",  # sent, and the receiver's side accepts it without knowing more
    "silent",  # sent, and the receiver's side says nothing
)
"""What `--faults` may order; matched against the receiver, `0204:991-01234-44`."""

_SUBMIT = re.compile(r"/api/outbound/submit/([^/]+)/([^/]+)/([^/]+)/([^/]+)/([A-Z]{2})")
_STATUS = re.compile(r"/api/outbound/status/([0-9a-zA-Z-]{1,80})")
_HISTORY = "/api/ops/outbound/history"
_HANG_SECONDS = 600
_MLS = {"reject": "received_re", "unconfirmed": "received_ab", "silent": "pending"}
_BEFORE = {
    "error": (500, {}),
    "busy": (503, {"Retry-After": "7"}),
    "throttle": (429, {"Retry-After": "3"}),
    "refuse": (422, {}),
}


class Books:
    """Transactions, each also a file, so that anybody can count them."""

    def __init__(self, folder: Path) -> None:
        self._documents = folder / "documents"
        self._transactions = folder / "transactions"
        for path in (self._documents, self._transactions):
            path.mkdir(parents=True, exist_ok=True)
        rows = (json.loads(file.read_text()) for file in self._transactions.glob("*.json"))
        self._rows: dict[str, dict[str, Any]] = {row["sbdhInstanceID"]: row for row in rows}

    def row(self, instance: str) -> dict[str, Any] | None:
        """Return a transaction; the next time, one that failed has been sent after all."""
        row = self._rows.get(instance)
        if row is not None and row["status"] == "failed":
            later = {"status": "sent", "errorDetails": None, "mlsStatus": "received_ap"}
            self.write(row | later)
        return row

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
            self._answer(200, self.books.latest(limit, offset))
        elif found and (row := self.books.row(found[1])) is not None:
            self._answer(200, row)
        else:
            self._answer(404, {"error": "not found"})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep stderr for faults."""

    def _submit(self, ids: dict[str, str], query: dict[str, list[str]], body: bytes) -> None:
        receiver = ids["receiverID"].partition("::")[2]
        for fault, (code, headers) in _BEFORE.items():
            if self.faults.strikes(fault, receiver):
                self._answer(code, {"error": f"ordered: {fault}"}, headers)
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

    def _transaction(self, ids: dict[str, str], instance: str, receiver: str) -> dict[str, Any]:
        fates = ("retry", "give-up", *_MLS)
        ordered = {fate for fate in fates if self.faults.strikes(fate, receiver)}
        status = "sent"
        if ordered & {"retry", "give-up"}:
            status = "failed" if "retry" in ordered else "permanently_failed"
        answer = next((_MLS[fate] for fate in _MLS if fate in ordered), "received_ap")
        return ids | {
            "id": str(uuid4()),
            "transactionType": "business_document",
            "sbdhInstanceID": instance,
            "status": status,
            "attemptCount": 1,
            "createdDT": datetime.now(UTC).isoformat(),
            "errorDetails": None if status == "sent" else "ordered: the receiver does not answer",
            "mlsStatus": answer if status == "sent" else "pending",
        }

    def _report(self, row: dict[str, Any], receiver: str) -> None:
        if self.faults.strikes("drop", receiver):
            self.close_connection = True
            return
        if self.faults.strikes("hang", receiver):
            time.sleep(_HANG_SECONDS)
        if self.faults.strikes("error-after", receiver):
            self._answer(500, {"error": "ordered: error-after"})
            return
        sent = row["status"] == "sent"
        report = {
            "sbdhInstanceIdentifier": row["sbdhInstanceID"],
            "as4MessageId": f"{row['id']}@access-point.simulator.example",
            "as4ResponseError": not sent,
            "sendingSuccess": sent,
            "overallSuccess": sent,
        }
        self._answer(200 if sent else 422, report)

    def _allowed(self) -> bool:
        if self.headers.get("X-Token") == self.token:
            return True
        self._answer(401, {"error": "Invalid or missing API token"})
        return False

    def _answer(self, code: int, body: object, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(body).encode()
        self.send_response(code)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def main() -> None:
    """Read the options and serve."""
    parser = arguments("A Peppol access point's gateway for tests and demonstrations.")
    parser.add_argument("--token", default="open-sesame", help="what X-Token must hold")
    options = parser.parse_args()
    Gateway.books = Books(options.dir)
    Gateway.faults = Faults(options.faults)
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
