"""Rows of a CSV file to invoices. A faulty invoice does not stop the others in the file."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from operator import itemgetter

from msgspec.structs import replace

from formats.codec import Guide, Reader, Reading
from formats.csv_table import faults
from formats.csv_table.plan import Fill, Plan, Read, plan
from formats.findings import Finding
from formats.model import ZERO, Invoice, VatBreakdown
from formats.model.paths import Draft, Term, Value
from formats.notation import decode
from formats.rules.totals import sums, tax_of

Row = tuple[int, list[str]]
_Cell = tuple[int, str, Term, Read | None]

_OTHER_FORMATS = (b"<", b"{", b"[", b"%PDF", b"EDI_DC", b"UNA", b"UNB", b"PK\x03\x04")
_SUFFIXES = (".csv", ".tsv")
_DELIMITERS = (b";", b"\t", b",", b"|")
_LINES_LOOKED_AT = 10


def claims(head: bytes, name: str) -> bool:
    r"""Whether this may be a CSV file: it is called so, or two lines have equally many delimiters.

    >>> claims(b"Nr;Datum;Betrag\n1;2026-11-20;3\n", ""), claims(b"Dear all, hello", "")
    (True, False)
    """
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(_OTHER_FORMATS) or (b"\x00" in head and head[:1] not in b"\xff\xfe"):
        return False
    lines = start.splitlines()[:_LINES_LOOKED_AT]
    counts = [[line.count(sign) for line in lines] for sign in _DELIMITERS]
    return name.lower().endswith(_SUFFIXES) or any(
        before == after > 1 for row in counts for before, after in pairwise(row)
    )


def read(data: bytes, guides: Sequence[Guide]) -> tuple[Reading, ...]:
    """Return an invoice for each one in the file, by the first CSV guide that fits its columns.

    Raises:
        Unreadable: no guide fits, the guide is faulty (IN-GUIDE), the columns are not those it
            names, or the file is no CSV.
    """
    misfits = []
    for guide in guides:
        if guide.format == READER.name:
            sheet = _Sheet(plan(guide), data)
            misfit = sheet.misfit()
            if misfit is None:
                return tuple(sheet.readings())
            misfits.append(f"guide `{guide.name}` {misfit}")
    raise faults.no_guide(misfits)


READER = Reader(
    name="csv", words="CSV by a mapping", media_type="text/csv", claims=claims, read=read
)


class _Sheet:
    """One file under one plan."""

    def __init__(self, plan: Plan, data: bytes) -> None:
        self._plan = plan
        self._rows = _rows(plan, data)
        number, first = next(self._rows, (0, []))
        self._header = [name.strip() for name in first]
        if not plan.has_header:
            self._header = [str(place + 1) for place in range(len(first))]
            self._rows = chain([(number, first)], self._rows)
        while self._header and not self._header[-1]:
            self._header.pop()
        self._place = {name: place for place, name in enumerate(self._header)}
        self._keys = [self._place[key] for key in plan.key if key in self._place]
        self._invoice = self._cells(plan.invoice)
        self._line = self._cells(plan.line)

    def misfit(self) -> str | None:
        """Return why the guide is not for this file, or None."""
        missing = sorted(self._plan.match.difference(self._header))
        if missing:
            return f"wants the columns {', '.join(missing)}"
        if self._plan.width and self._plan.width != len(self._header):
            return f"wants {self._plan.width} columns, not {len(self._header)}"
        return None

    def readings(self) -> Iterator[Reading]:
        """Yield the file's invoices in the order of their first rows.

        Raises:
            Unreadable: the columns are not those the guide names, a row is no CSV, or none is here.
        """
        self._check_columns()
        groups: dict[object, tuple[list[Row], list[Finding]]] = {}
        width = len(self._header)
        for row in self._rows:
            rows, found = groups.setdefault(self._owner(row), ([], []))
            if len(row[1]) == width or (len(row[1]) > width and not any(row[1][width:])):
                rows.append(row)
            else:
                found.append(faults.wrong_width(row[0], len(row[1]), width))
        if not groups:
            raise faults.no_rows(self._plan.name)
        for owner in tuple(groups):
            yield self._reading(*groups.pop(owner))  # let go once read: files may be large

    def _owner(self, row: Row) -> object:
        """Return what tells the row's invoice apart: its key, else its number."""
        if not self._keys:
            return row[0]
        return tuple(row[1][place].strip() for place in self._keys if place < len(row[1]))

    def _reading(self, rows: list[Row], found: list[Finding]) -> Reading:
        draft = Draft()
        if rows:
            found += _fill(draft, self._invoice, rows[0])
        self._set_constants(draft, self._plan.invoice_constants)
        if self._keys:
            found += self._lines(draft, rows)
        invoice, incomplete = draft.build(Invoice)
        found += [faults.incomplete(path) for path in incomplete]
        if self._plan.sums_vat:
            invoice = _with_vat_breakdown(invoice, draft.sources)
        return Reading(
            document=invoice,
            sources=draft.sources,
            unmapped=self._ignored(rows),
            notices=tuple(found),
        )

    def _lines(self, draft: Draft, rows: list[Row]) -> Iterator[Finding]:
        if rows and not all(rows[0][1][place].strip() for place in self._keys):
            yield faults.no_key(rows[0][0], self._plan.key)
        shared = itemgetter(*self._keys, *(place for place, *_ in self._invoice))
        for row in rows:
            line = draft.add("lines")
            yield from _fill(line, self._line, row)
            self._set_constants(line, self._plan.line_constants)
            if shared(row[1]) != shared(rows[0][1]):
                yield from self._differences(rows[0], row)

    def _differences(self, first: Row, row: Row) -> Iterator[Finding]:
        """Yield a fault for each value of the invoice that a later row contradicts."""
        for place, column in dict.fromkeys((place, column) for place, column, *_ in self._invoice):
            text, before = row[1][place].strip(), first[1][place].strip()
            if text and text != before:
                yield faults.differs(row[0], column, text, first[0], before)

    def _set_constants(self, draft: Draft, constants: Iterable[tuple[Term, Value]]) -> None:
        for term, value in constants:
            if draft.has_items(term):
                draft.put(term, value, f"guide {self._plan.name}")

    def _ignored(self, rows: list[Row]) -> dict[str, str]:
        columns = [(self._place[name], name) for name in self._header if name in self._plan.ignored]
        return {
            f"row {number}, column {column}": texts[place]
            for number, texts in (rows if columns else ())
            for place, column in columns
            if texts[place]
        }

    def _check_columns(self) -> None:
        required, known = self._plan.required, self._plan.known
        wrong = {
            "not in the file": sorted(required.difference(self._header)),
            "not in the guide": [
                name or "(nameless)" for name in self._header if name not in known
            ],
            "twice in the file": sorted({n for n in self._header if self._header.count(n) > 1}),
        }
        if any(wrong.values()):
            raise faults.wrong_columns(self._plan.name, wrong)

    def _cells(self, fills: Iterable[Fill]) -> list[_Cell]:
        return [
            (self._place[fill.column], fill.column, fill.term, fill.read)
            for fill in fills
            if fill.column in self._place
        ]


def _rows(plan: Plan, data: bytes) -> Iterator[Row]:
    """Yield each row that is not empty with its number, as a spreadsheet counts them."""
    try:
        text = decode(data, plan.codec)
    except UnicodeDecodeError as error:
        raise faults.undecodable(error, plan.name, plan.codec) from error
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=plan.delimiter, quotechar=plan.quote, strict=True
    )
    number = 0
    try:
        for row in reader:
            number += 1
            if number > plan.skip and any(row):
                yield number, row
    except csv.Error as error:
        raise faults.broken(number + 1, error) from error


def _fill(draft: Draft, cells: Iterable[_Cell], row: Row) -> list[Finding]:
    """Put a row's cells to the draft; return what is wrong with them."""
    number, texts = row
    found = []
    for place, column, term, read in cells:
        text = texts[place].strip()
        if text:
            where = f"row {number}, column {column}"
            try:
                draft.put(term, read(text) if read else text, where)
            except ValueError as error:
                found.append(faults.wrong_value(where, draft.prefix + term.path, text, error))
    return found


def _with_vat_breakdown(invoice: Invoice, sources: dict[str, str]) -> Invoice:
    """Return the invoice with BG-23 summed up from its lines, as the guide asks for.

    With one rate its tax is the total VAT that the file states; with several each is computed.
    """
    amounts = sums(invoice).by_rate
    stated = invoice.totals.vat if invoice.totals and len(amounts) == 1 else None
    rows = []
    for number, ((category, rate), taxable) in enumerate(amounts.items()):
        tax = tax_of(taxable, rate) * (-1 if taxable < ZERO else 1) if stated is None else stated
        rows.append(VatBreakdown(taxable=taxable, tax=tax, category=category, rate=rate))
        path, why = f"vat_breakdown[{number}]", f"lines with VAT {category} {rate}"
        sources[f"{path}.taxable"] = f"sum of {why}"
        sources[f"{path}.tax"] = f"VAT of {why}" if stated is None else sources["totals.vat"]
    return replace(invoice, vat_breakdown=tuple(rows))
