r"""OpenItem, and how a list of them is read from CSV: all faults at once, by row and column.

>>> read_open_items(b"customer,number,issue_date,due_date,currency,amount,open\n"
...                 b"4711,R-1,2026-09-01,2026-10-01,EUR,119.00,119.00\n")[0].open
Decimal('119.00')
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from formats.findings import Actor, Finding
from formats.model import ReminderLevel
from formats.notation import date_reader, decode, number_reader

REQUIRED = ("customer", "number", "issue_date", "currency", "amount", "open")
OPTIONAL = ("due_date", "description", "disputed", "promised_until", "level_reached")
DELIMITERS = (";", ",", "\t", "|")
YES = frozenset({"1", "true", "yes", "y", "x", "ja", "j", "oui", "o", "si", "sì"})
NO = frozenset({"", "0", "false", "no", "n", "nein", "non", "nee"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """One line of a customer's account that is not settled: an invoice, a credit, a payment.

    Attributes:
        customer: number in the ERP and key of the address book.
        number: of the document; with `due_date` it tells instalments apart.
        amount: original amount; credits and payments are negative.
        open: what is still open of it; zero if it is settled.
        disputed: the customer contests it, so he is not reminded of it.
        promised_until: he promised to pay by this day, so he is not reminded before it has passed.
        level_reached: the level at which the ERP itself has reminded.
    """

    customer: str
    number: str
    issue_date: date
    due_date: date | None = None
    currency: str
    amount: Decimal
    open: Decimal
    description: str | None = None
    disputed: bool = False
    promised_until: date | None = None
    level_reached: ReminderLevel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a sender writes his list.

    Attributes:
        delimiter: empty to take the one that the header line uses.
        decimal, thousands: signs in amounts.
        dates: pattern of YYYY, MM and DD.
        encoding: where it is not Unicode.
        columns: field to the sender's header, where it is not the field's own name.
        ignored: the sender's headers that are not needed. Any other unknown one is a fault.
    """

    delimiter: str = ""
    decimal: str = "."
    thousands: str = ""
    dates: str = "YYYY-MM-DD"
    encoding: str = "cp1252"
    columns: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """Return the sender's header for a field."""
        return self.columns.get(name, name)


class FaultyOpenItems(Exception):
    """The list cannot be used.

    Attributes:
        findings: everything that is wrong, in the order of the rows.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(f"{one.place}: {one.message}" for one in findings))
        self.findings = tuple(findings)


def read_open_items(data: bytes, layout: Layout = Layout()) -> tuple[OpenItem, ...]:
    """Return the items of a CSV file with a header line, in order.

    Raises:
        FaultyOpenItems: with every fault of every row.
    """
    findings: list[Finding] = []
    records = _records(data, layout, findings)
    columns = _columns(records[0][1], layout, findings) if records else {}
    items: list[OpenItem] = []
    seen: dict[tuple[object, ...], int] = {}
    for row, cells in records[1:] if columns else []:
        item = _item(row, cells, columns, layout, findings)
        if item is None:
            continue
        items.append(item)
        first = seen.setdefault((item.customer, item.number, item.due_date, item.currency), row)
        if first != row:
            findings.append(_fault(f"row {row}", f"the same item stands in row {first}"))
    if findings:
        raise FaultyOpenItems(findings)
    return tuple(items)


def _records(data: bytes, layout: Layout, findings: list[Finding]) -> list[tuple[int, list[str]]]:
    try:
        text = decode(data, layout.encoding)
        delimiter = layout.delimiter or _delimiter(text)
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        records = [(row, cells) for row, cells in enumerate(rows, 1) if "".join(cells).strip()]
    except (UnicodeDecodeError, csv.Error) as error:
        findings.append(_fault("file", f"not a CSV file: {error}"))
        return []
    if not records:
        findings.append(_fault("file", "the file is empty"))
    return records


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(DELIMITERS, key=header.count)


def _columns(header: Sequence[str], layout: Layout, findings: list[Finding]) -> dict[str, int]:
    names = [name.strip() for name in header]
    wanted = {name: layout.header(name) for name in (*REQUIRED, *OPTIONAL)}
    for name in (*layout.columns, *REQUIRED):
        if name not in wanted:
            findings.append(_fault("layout", f"there is no field `{name}` to map to"))
        elif wanted[name] not in names:
            findings.append(_fault("row 1", f"column `{wanted[name]}` is missing"))
    for name in dict.fromkeys(names):
        if name not in wanted.values() and name not in layout.ignored:
            findings.append(_fault("row 1", f"unknown column `{name}`; map it or ignore it"))
        elif names.count(name) > 1:
            findings.append(_fault("row 1", f"column `{name}` stands there twice"))
    if findings:
        return {}
    return {name: names.index(title) for name, title in wanted.items() if title in names}


def _item(
    row: int,
    cells: Sequence[str],
    columns: Mapping[str, int],
    layout: Layout,
    findings: list[Finding],
) -> OpenItem | None:
    if len(cells) <= max(columns.values()):
        findings.append(_fault(f"row {row}", f"it has {len(cells)} cells, fewer than the header"))
        return None
    values: dict[str, Any] = {}
    before = len(findings)
    for name, read in _readers(layout).items():
        text = cells[columns[name]].strip() if name in columns else ""
        place = f"row {row}, column {layout.header(name)}"
        if not text and name in REQUIRED:
            findings.append(_fault(place, "it is empty"))
            continue
        try:
            values[name] = read(text)
        except ValueError as error:
            findings.append(_fault(place, f"{text!r} {error}", text))
    if len(findings) > before:
        return None
    findings.extend(_contradictions(row, OpenItem(**values)))
    return OpenItem(**values)


def _contradictions(row: int, item: OpenItem) -> Iterator[Finding]:
    if item.open and (item.open > 0) != (item.amount > 0):
        yield _fault(f"row {row}", f"open {item.open} has another sign than amount {item.amount}")
    elif abs(item.open) > abs(item.amount):
        yield _fault(f"row {row}", f"open {item.open} is more than amount {item.amount}")


def _readers(layout: Layout) -> dict[str, Callable[[str], Any]]:
    number, day = number_reader(layout.decimal, layout.thousands), date_reader(layout.dates)
    return {
        "customer": str,
        "number": str,
        "issue_date": day,
        "due_date": lambda text: day(text) if text else None,
        "currency": _currency,
        "amount": number,
        "open": number,
        "description": lambda text: text or None,
        "disputed": _truth,
        "promised_until": lambda text: day(text) if text else None,
        "level_reached": _level,
    }


def _currency(text: str) -> str:
    if len(text) == 3 and text.isascii() and text.isalpha() and text.isupper():
        return text
    raise ValueError("is not a currency like EUR")


def _truth(text: str) -> bool:
    if text.lower() in YES | NO:
        return text.lower() in YES
    raise ValueError("is neither yes nor no")


def _level(text: str) -> ReminderLevel | None:
    if not text:
        return None
    if text in set(ReminderLevel):
        return ReminderLevel(text)
    raise ValueError(f"is none of {', '.join(ReminderLevel)}")


def _fault(place: str, message: str, value: str | None = None) -> Finding:
    return Finding(
        rule="IN-OPEN-ITEMS",
        message=message,
        place=place,
        value=value,
        fix="correct the list and hand it in again",
        actor=Actor.ERP,
    )
