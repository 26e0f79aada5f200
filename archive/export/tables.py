"""The tables of an export, exact to the byte: CSV for machines, and what each column is.

A table is written line by line while documents are gone through; how exact its numbers are is
known when it is whole, and stands in `index.xml` (see `archive.export.z3`).
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import IO

from archive.entry import Entry
from archive.export.order import Evidence
from archive.index.vat import read_vat
from archive.manifest import instant

_NUMBER = re.compile(r"-?[0-9]{1,24}(?:\.([0-9]{1,12}))?")


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its name, and what it is in German and English."""

    name: str
    says: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table.

    Attributes:
        keys: how many columns from the left are its primary key.
        refers: the columns that name a row of another table, with its name.
    """

    name: str
    says: str
    columns: tuple[Column, ...]
    keys: int
    refers: tuple[tuple[tuple[str, ...], str], ...] = ()


def _text(name: str, says: str) -> Column:
    return Column(name=name, says=says)


def _number(name: str, says: str) -> Column:
    return Column(name=name, says=says, kind=Kind.NUMBER)


def _date(name: str, says: str) -> Column:
    return Column(name=name, says=says, kind=Kind.DATE)


_LOG = _text("log", "Protokoll des Archivs / log of the archive")
_POSITION = _number("position", "Stelle im Protokoll / place in the log")
_DOCUMENT = _text("document", "Kennung des Belegs / id of the document")
_AT = _text("at", "Zeitpunkt, UTC / instant, UTC")
_STEP = _text("step", "Arbeitsschritt / act that filed it")
_SUBJECT = _text("subject", "worum es geht / what it is about")

DOCUMENTS = Table(
    name="documents",
    says="Belege / documents",
    keys=1,
    columns=(
        _DOCUMENT,
        _text("number", "Belegnummer, BT-1 / number"),
        _text("kind", "Art / kind"),
        _date("issue_date", "Belegdatum, BT-2 / issue date"),
        _date("due_date", "fällig am, BT-9 / due date"),
        _text("currency", "Währung, BT-5 / currency"),
        _number("total", "Bruttobetrag, BT-112 / total with VAT"),
        _number("payable", "Zahlbetrag, BT-115 / amount due"),
        _text("customer", "Kundennummer beim Absender / sender's number of the customer"),
        _text("customer_name", "Kunde, BT-44 / customer"),
        _text("country", "Land des Kunden, BT-55 / customer's country"),
        _text("vat_ids", "USt-IdNrn., BT-31 BT-48 BT-63 / VAT ids"),
        _text("corrects", "berichtigt Belege, BT-25 / corrects"),
        _text("standing", "Stand / standing"),
        _text("sender", "sendendes Programm / sending program"),
        _text("submission", "Datei, in der er kam / file it came in"),
        _number("entries", "Einträge in diesem Export / entries in this export"),
        _text("folder", "Ordner in diesem Export / folder in this export"),
    ),
)
VAT_LINES = Table(
    name="vat_lines",
    says="Umsatzsteuer je Satz, BG-23 / VAT by rate",
    keys=2,
    refers=((("document",), "documents"),),
    columns=(
        _DOCUMENT,
        _number("line", "Zeile, ab 1 / line, from 1"),
        _text("category", "Kategorie, BT-118 / category"),
        _number("rate", "Satz in Prozent, BT-119 / rate in percent"),
        _number("net", "Bemessungsgrundlage, BT-116 / taxable amount"),
        _number("tax", "Steuerbetrag, BT-117 / tax"),
    ),
)
DELIVERIES = Table(
    name="deliveries",
    says="Zustellungen, Zeile je Ereignis / deliveries, a line for each act",
    keys=2,
    refers=((("document",), "documents"), (("log", "position"), "entries")),
    columns=(
        _LOG,
        _POSITION,
        _DOCUMENT,
        _text("delivery", "Kennung der Zustellung / id of the delivery"),
        _text("channel", "Weg / channel"),
        _text("state", "Ergebnis / state"),
        _STEP,
        _AT,
    ),
)
EVENTS = Table(
    name="events",
    says="sonstige Vorgänge / other acts",
    keys=2,
    refers=((("log", "position"), "entries"),),
    columns=(
        _LOG,
        _POSITION,
        _DOCUMENT,
        _SUBJECT,
        _text("kind", "Art / kind"),
        _STEP,
        _AT,
    ),
)
ENTRIES = Table(
    name="entries",
    says="alle Einträge / all entries",
    keys=2,
    columns=(
        _LOG,
        _POSITION,
        _text("id", "SHA-256 des Manifests / of the manifest"),
        _AT,
        _text("kind", "Art / kind"),
        _STEP,
        _SUBJECT,
        _DOCUMENT,
        _text("key", "Schlüssel des Vorgangs / key of the act"),
        _text("folder", "Ordner in diesem Export / folder in this export"),
    ),
)
FILES = Table(
    name="files",
    says="Dateien der Einträge / files of the entries",
    keys=3,
    refers=((("log", "position"), "entries"),),
    columns=(
        _LOG,
        _POSITION,
        _number("item", "Nummer, ab 1 / number, from 1"),
        _text("role", "was die Datei ist / what the file is"),
        _text("name", "wie sie hieß / what it was called"),
        _text("media_type", "Medientyp / media type"),
        _number("size_bytes", "Größe in Bytes / size in bytes"),
        _text("sha256", "SHA-256"),
        _text("file", "Datei in diesem Export / file in this export"),
    ),
)
TABLES = (DOCUMENTS, VAT_LINES, DELIVERIES, EVENTS, ENTRIES, FILES)

_PLAIN = frozenset({"document", "submission", "delivery"})
"""Kinds of entries that are no events."""


@dataclass(slots=True, kw_only=True)
class Sheet:
    """A table as it is being written to a file.

    Attributes:
        decimals: the most that a number of a column has.
    """

    table: Table
    file: IO[bytes]
    rows: int = 0
    decimals: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._put([_quoted(column.name) for column in self.table.columns])

    def add(self, values: Mapping[str, object]) -> None:
        """Write a row; a value that is not what its column holds is left out.

        The documents themselves and their manifests have every value as it was.
        """
        cells = ((column.kind, self._cell(column, values)) for column in self.table.columns)
        self._put([_quoted(cell) if kind is Kind.TEXT else cell for kind, cell in cells])
        self.rows += 1

    def _cell(self, column: Column, values: Mapping[str, object]) -> str:
        text = str(values.get(column.name) or (0 if values.get(column.name) == 0 else ""))
        match column.kind:
            case Kind.TEXT:
                return text
            case Kind.DATE:
                return text if _is_date(text) else ""
            case Kind.NUMBER:
                found = _NUMBER.fullmatch(text)
                decimals = len(found.group(1) or "") if found else 0
                self.decimals[column.name] = max(self.decimals.get(column.name, 0), decimals)
                return text if found else ""

    def _put(self, cells: list[str]) -> None:
        self.file.write((";".join(cells) + "\r\n").encode())

    def read(self) -> Iterator[list[str]]:
        """Yield the header and all rows, as they were written."""
        self.file.seek(0)
        text = io.TextIOWrapper(self.file, "utf-8", newline="")
        try:
            yield from csv.reader(text, delimiter=";")
        finally:
            text.detach()


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def of_document(evidence: Evidence, folder: str, entries: int) -> dict[str, object]:
    """Return a document's row."""
    known = {"document": evidence.document, "folder": folder, "entries": entries}
    return evidence.facts() | known


def vat_of_document(evidence: Evidence) -> Iterator[dict[str, object]]:
    """Yield a document's rows in the table of VAT."""
    for line, vat in enumerate(read_vat(evidence.facts().get("vat", "")), 1):
        yield {
            "document": evidence.document,
            "line": line,
            "category": vat.category,
            "rate": "" if vat.rate is None else f"{vat.rate:f}",
            "net": f"{vat.net:f}",
            "tax": f"{vat.tax:f}",
        }


def of_entry(entry: Entry, folder: str) -> dict[str, object]:
    """Return an entry's row in any of the tables that have one."""
    return {
        "log": entry.log,
        "position": entry.position,
        "id": entry.id,
        "at": instant(entry.at),
        "kind": entry.kind,
        "step": entry.step,
        "subject": entry.subject,
        "delivery": entry.subject,
        "document": entry.document or "",
        "key": entry.key,
        "channel": entry.fields.get("channel", ""),
        "state": entry.fields.get("state", ""),
        "folder": folder,
    }


def tables_of_entry(entry: Entry) -> Iterable[Table]:
    """Return in which tables an entry has a row."""
    if entry.kind == "delivery":
        return (ENTRIES, DELIVERIES)
    return (ENTRIES,) if entry.kind in _PLAIN else (ENTRIES, EVENTS)
