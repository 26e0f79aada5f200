"""What arrived, counted where it arrived: from the peers' folders, never from our own books."""

import io
import json
import re
from collections.abc import Collection, Iterator, Mapping
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
import pypdfium2  # type: ignore[import-untyped]

from formats.xml.parsing import parse

_UNKNOWN = "?"


class Arrival(NamedTuple):
    """One document at one peer; `number` is `?` where nobody can tell which."""

    number: str
    channel: str
    place: str


def arrivals(root: Path, numbers: Collection[str]) -> list[Arrival]:
    """Return everything that the peers below `root` have got and not sent back.

    Args:
        root: of the play.
        numbers: what may have arrived; plain letters are known by the number they print first.
    """
    peers = root / "peers"
    return [
        *_by_mail(peers, numbers),
        *_by_sftp(peers / "sftp-partner", numbers),
        *_by_access_point(peers / "access-point", numbers),
        *_by_print(peers / "print-house", numbers),
    ]


def reports_waiting(root: Path) -> int:
    """Return how many reports lie at the peers that the hub has not fetched yet."""
    new = root / "peers" / "bounces" / "new"
    returns = root / "peers" / "print-house" / "files" / "return"
    return sum(1 for folder in (new, returns) if folder.exists() for _ in folder.iterdir())


def number_of(data: bytes, numbers: Collection[str]) -> str:
    """Return which document a file is: by its XML, the XML inside it, or what its page says."""
    if not data.startswith(b"%PDF"):
        return _number_in_xml(data)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        inside = [pdf.attachments[name].get_file().read_bytes() for name in pdf.attachments]
    if inside:
        return _number_in_xml(inside[0])
    return _first_number(_text(data, 1), numbers)


def _by_mail(peers: Path, numbers: Collection[str]) -> Iterator[Arrival]:
    """Messages in the maildir, but those whose failure the server has reported."""
    returned = set(_bounced(peers / "bounces"))
    for line in _log(peers / "mail", "accepted"):
        if line.get("envid") in returned:
            continue
        file = peers / "mail" / "maildir" / "new" / line["file"]
        message = message_from_bytes(file.read_bytes(), policy=default)
        for part in message.iter_attachments():
            data = part.get_payload(decode=True)
            assert isinstance(data, bytes)
            yield Arrival(number_of(data, numbers), "email", line["file"])


def _bounced(bounces: Path) -> Iterator[str]:
    """Yield the envelope ids of messages that came back."""
    for file in bounces.glob("*/*"):
        text = file.read_text(encoding="utf-8")
        found = re.search(r"(?m)^Original-Envelope-Id: (\S+)", text)
        if found and re.search(r"(?m)^Action: failed", text):
            yield found[1]


def _by_sftp(partner: Path, numbers: Collection[str]) -> Iterator[Arrival]:
    for line in _log(partner, "arrived"):
        data = (partner / "files" / line["path"]).read_bytes()
        yield Arrival(number_of(data, numbers), "edi", line["path"])


def _by_access_point(gateway: Path, numbers: Collection[str]) -> Iterator[Arrival]:
    """Documents that it has sent and the receiver's side has not rejected."""
    for file in sorted((gateway / "documents").glob("*.xml")):
        row = json.loads((gateway / "transactions" / f"{file.stem}.json").read_text("utf-8"))
        if row["status"] == "sent" and row["mlsStatus"] != "received_re":
            yield Arrival(number_of(file.read_bytes(), numbers), "access-point", file.name)


def _by_print(printer: Path, numbers: Collection[str]) -> Iterator[Arrival]:
    """Pieces of sound jobs, as their own pages say; the first may be an address sheet."""
    for report in sorted((printer / "jobs").glob("*.json")):
        job = json.loads(report.read_text("utf-8"))
        pages = (printer / "files" / "incoming" / f"{job['job']}.pdf").read_bytes()
        for piece in [] if job["faults"] else job["pieces"]:
            printed = range(piece["first_page"], piece["last_page"] + 1)
            said = (_first_number(_text(pages, page), numbers) for page in printed)
            number = next((each for each in said if each != _UNKNOWN), _UNKNOWN)
            yield Arrival(number, "print-house", f"{job['job']}:{piece['sequence']}")


def _number_in_xml(data: bytes) -> str:
    """Return BT-1 of UBL or CII."""
    root = parse(data, what="what arrived")
    for path in ("{*}ID", "{*}ExchangedDocument/{*}ID"):
        found = root.findtext(path)
        if found:
            return str(found)
    return _UNKNOWN


def _first_number(text: str, numbers: Collection[str]) -> str:
    words = "|".join(map(re.escape, sorted(numbers, key=len, reverse=True)))
    found = re.search(rf"(?<![\w-])(?:{words})(?![\w-])", text)
    return found[0] if found else _UNKNOWN


def _text(data: bytes, page: int) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        text: str = document[page - 1].get_textpage().get_text_range()
    finally:
        document.close()
    return text


def _log(folder: Path, event: str) -> list[Mapping[str, Any]]:
    file = folder / "log.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [row for row in map(json.loads, lines) if row["event"] == event]
