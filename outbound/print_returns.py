"""What a print partner reports, as CSV or JSON: lines that each say what became of one piece."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from outbound.channel import DeliveryState, Enclosure, Event
from outbound.print_mail.manifest import keys_of
from outbound.print_mail.pieces import Line, NewAddress, PieceState

_STATES: Final = {
    PieceState.RECEIVED: DeliveryState.HANDED_OVER,
    PieceState.PRINTED: DeliveryState.ACCEPTED_BY_NETWORK,
    PieceState.SPOILED: DeliveryState.HANDED_OVER,
    PieceState.POSTED: DeliveryState.DELIVERED,
    PieceState.REJECTED: DeliveryState.REJECTED,
    PieceState.RETURNED: DeliveryState.REJECTED,
}
"""`posted` is as far as a partner can see; `returned` may come days after it.

A spoiled piece is still with him: he makes it again, or somebody here has it reprinted.
"""

PROGRESS: Final = (
    None,
    PieceState.RECEIVED,
    PieceState.PRINTED,
    PieceState.SPOILED,
    PieceState.POSTED,
    PieceState.REJECTED,
    PieceState.RETURNED,
)
"""In this order lines of one time, or of none, are told, whatever their files are called."""

SCHEMA: Final = Path(__file__).with_suffix(".schema.json")
"""What JSON says, unless the partner has words of his own (JSON Schema 2020-12)."""

COLUMNS: Final = ("job", "piece", "status", "reason", "at")
_MORE: Final = ("count", "sha256", "new_street", "new_post_code", "new_city", "new_country")
_KNOWN: Final = (*COLUMNS, *_MORE)
_LINES_MAX: Final = 100_000
_WORDS_MAX: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """How a partner writes his reports.

    Attributes:
        columns: our word for a column, or key of JSON, to his, where they differ.
        words: his word for a state to ours.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for column in self.columns:
            if column not in _KNOWN:
                raise ValueError(f"reports have {', '.join(_KNOWN)}, not {column!r}")
        for word in self.words.values():
            if word not in _STATES:
                raise ValueError(f"pieces are {', '.join(_STATES)}, not {word!r}")

    def state(self, word: str) -> PieceState | None:
        """Return what his word means; None if nobody knows."""
        ours = self.words.get(word, word.lower())
        return PieceState(ours) if ours in _STATES else None


def read_returns(name: str, data: bytes, reports: Reports = Reports()) -> Iterator[Event]:
    """Yield an event for each letter in the piece of a line, a weak one for a line not understood.

    A line without a piece is of its whole job. A file of which nothing can be read is one line.

    Args:
        name: of the file, for the event's source; `.json` says what it is.
        data: CSV with a header line, comma or semicolon, UTF-8; or JSON: a list of objects, or an
            object with such a list as `lines` and a `job` for all (print_returns.schema.json).
        reports: what he calls columns and states.
    """
    digest = hashlib.sha256(data).hexdigest()[:12]
    text = data.decode("utf-8-sig", "replace").replace("\0", "\ufffd")
    for number, row in _rows(name, text):
        line = _line(row, reports, source=f"{name}:{digest}:{number}")
        for place, key in enumerate(keys_of(line.piece)):
            yield _event(line, row, key, name=name, letter=f".{place}" if place else "")


def source_file(event: Event) -> tuple[str, str]:
    """Return name and digest of the file an event came from."""
    name, digest, _ = event.source.rsplit(":", 2)
    return name, digest


def progress(event: Event) -> tuple[datetime, int]:
    """Return the place of an event among those of one look: by its time, then by its state."""
    line = event.line
    return _instant(line.at if line else ""), PROGRESS.index(line.state if line else None)


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _rows(name: str, text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield number and content of each line."""
    try:
        rows = _json_rows(text) if name.lower().endswith(".json") else _csv_rows(text)
    except (ValueError, csv.Error, RecursionError) as fault:
        rows = [(1, {"reason": f"{type(fault).__name__}: the file cannot be read"})]
    yield from rows or [(1, {"reason": "the file is empty"})]


def _csv_rows(text: str) -> list[tuple[int, Mapping[str, str]]]:
    head = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in head else ",")
    found: list[tuple[int, Mapping[str, str]]] = []
    for number, row in enumerate(rows, 2):
        if number > _LINES_MAX:
            raise ValueError("too long")
        found.append((number, {key: value for key, value in row.items() if key and value}))
    return found


def _json_rows(text: str) -> list[tuple[int, Mapping[str, str]]]:
    found: Any = json.loads(text)
    whole = found if isinstance(found, dict) else {}
    lines = whole.get("lines") if whole else found
    if not isinstance(lines, list) or len(lines) > _LINES_MAX:
        raise ValueError("no list of lines")
    common = {"job": str(whole["job"])} if whole.get("job") else {}
    return [(number, common | _object(line)) for number, line in enumerate(lines, 1)]


def _object(line: object) -> dict[str, str]:
    if not isinstance(line, dict):
        return {"reason": "a line that is no object"}
    return {str(key): str(value) for key, value in line.items() if value not in (None, "")}


def _line(row: Mapping[str, str], reports: Reports, *, source: str) -> Line:
    says = {name: row.get(reports.columns.get(name, name), "").strip() for name in _KNOWN}
    street, post_code, city, country = (
        says[f"new_{part}"] for part in ("street", "post_code", "city", "country")
    )
    moved = NewAddress(street=street, post_code=post_code, city=city, country=country)
    return Line(
        source=source,
        job=says["job"],
        piece=says["piece"],
        state=reports.state(says["status"]),
        status=says["status"][:_WORDS_MAX],
        reason=says["reason"][:_WORDS_MAX],
        at=says["at"][:_WORDS_MAX],
        count=says["count"],
        sha256=says["sha256"].lower(),
        address=moved if street and city else None,
    )


def _event(line: Line, row: Mapping[str, str], key: str, *, name: str, letter: str) -> Event:
    known = line.state is not None and bool(key)
    text = "".join(f"{column}: {row.get(column, '')}\n" for column in COLUMNS)
    text += "".join(f"{key}: {value}\n" for key, value in row.items() if key not in COLUMNS)
    return Event(
        parcel_key=key or None,
        external_id=line.job or None,
        state=_STATES[line.state] if known and line.state else DeliveryState.HANDED_OVER,
        reason=line.words if known else f"not understood in {name}: {text}",
        strong=known,
        evidence=(Enclosure(name="return.txt", media_type="text/plain", data=text.encode()),),
        source=f"{line.source}{letter}",
        line=line,
    )
