"""What is dropped: documents of every kind, each with the peers at which it must arrive once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from importlib import resources
from typing import Literal

from msgspec.structs import replace

from formats import canonical
from formats.model import ClaimItem, Identifier, Party, Reminder, ReminderLevel
from tests.hub import invoices

Peer = Literal["mail", "partner", "access point", "print house"]
Door = Literal["api", "folder", "sftp"]

_IDOC = "INVOIC_0000000007100101.xml"
_IDOC_NUMBER = "900100101"
_CSV_HEADER = (
    "Rechnungsnr;Datum;Fällig;Kundennr;Kunde;Straße;PLZ;Ort;Land;Pos;Bezeichnung;Menge;Einheit;"
    "Einzelpreis;Positionswert;USt-Satz;Netto;USt;Brutto"
)
_CSV_ROW = (
    "{number};20.11.2026;20.12.2026;{customer};Partner AG;Weg 1;20457;Hamburg;DE;1;Hammer;10;Stk;"
    "10,00;100,00;19;100,00;19,00;119,00"
)
GUIDE = """
format = "csv"
rows = "lines"
key = "Rechnungsnr"
vat_breakdown = "from lines"
[file]
encoding = "utf-8"
delimiter = ";"
decimal = ","
thousands = "."
date = "DD.MM.YYYY"
[columns]
"Rechnungsnr" = "number"
"Datum" = "issue_date"
"Fällig" = "due_date"
"Kundennr" = "buyer.identifiers[0].value"
"Kunde" = "buyer.name"
"Straße" = "buyer.address.line_1"
"PLZ" = "buyer.address.post_code"
"Ort" = "buyer.address.city"
"Land" = "buyer.address.country"
"Pos" = "lines[].id"
"Bezeichnung" = "lines[].item.name"
"Menge" = "lines[].quantity"
"Einheit" = "lines[].unit"
"Einzelpreis" = "lines[].price.net"
"Positionswert" = "lines[].net"
"USt-Satz" = "lines[].vat_rate"
"Netto" = ["totals.lines", "totals.without_vat"]
"USt" = "totals.vat"
"Brutto" = ["totals.with_vat", "totals.due"]
[values."Einheit"]
"Stk" = "H87"
[constants]
"type_code" = "380"
"currency" = "EUR"
"lines[].vat_category" = "S"
"seller.name" = "Nordwind Werkzeuge GmbH"
"seller.vat_identifier" = "DE123456789"
"seller.address.city" = "Hamburg"
"seller.address.post_code" = "20457"
"seller.address.country" = "DE"
"""
_REMINDER = Reminder(
    number="M-1",
    issue_date=date(2026, 11, 20),
    level=ReminderLevel.NEUTRAL,
    currency="EUR",
    seller=invoices.CLEAN.seller or Party(name=""),
    buyer=invoices.CLEAN.buyer or Party(name=""),
    customer="",
    items=(
        ClaimItem(
            number="R-1",
            issue_date=date(2026, 9, 1),
            due_date=date(2026, 10, 1),
            amount=Decimal("119.00"),
            open=Decimal("119.00"),
            days_overdue=50,
        ),
    ),
    total=Decimal("119.00"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A file to drop.

    Attributes:
        documents: number to the peers at which it must arrive, each once; none if it is parked.
    """

    name: str
    data: bytes
    door: Door
    documents: dict[str, tuple[Peer, ...]] = field(default_factory=dict)


def one_of_each(start: int) -> Iterator[Paper]:
    """Yield a file for every road and fate, numbered from `start`."""
    yield ubl(start, "K-mail", "api", "mail")
    yield csv([start + 1], "folder")
    yield idoc(start + 2, "sftp")
    yield ubl(start + 3, "K-letter", "api", "print house")
    yield ubl(start + 4, "K-refuse", "folder", "partner")
    yield ubl(start + 5, "K-bounce", "sftp", "mail", "partner")
    yield ubl(start + 6, "K-report", "folder", "mail")
    yield wrong(start + 7, "api")


def mixture(start: int, count: int) -> Iterator[Paper]:
    """Yield files that hold `count` documents, numbered from `start`, of many kinds."""
    number, end = start, start + count
    while number < end:
        for paper in _round(number):
            if number + len(paper.documents) > end:
                return
            number += len(paper.documents)
            yield paper


def portions(papers: Iterable[Paper], count: int) -> list[list[Paper]]:
    """Part papers into so many lists, each of every kind."""
    found = list(papers)
    return [found[portion::count] for portion in range(count)]


def _round(start: int) -> Iterator[Paper]:
    """Twenty documents in fourteen files."""
    yield csv(range(start, start + 4), "folder")
    yield csv(range(start + 4, start + 8), "sftp")
    doors: tuple[Door, ...] = ("api", "folder", "sftp")
    for position in range(3):
        yield idoc(start + 8 + position, doors[position])
        yield ubl(start + 11 + position, "K-mail", doors[position], "mail")
    yield ubl(start + 14, "K-mail", "api", "mail")
    yield ubl(start + 15, "K-report", "sftp", "mail")
    yield ubl(start + 16, "K-letter", "folder", "print house")
    yield ubl(start + 17, "K-refuse", "api", "partner")
    yield ubl(start + 18, "K-bounce", "folder", "mail", "partner")
    yield wrong(start + 19, "sftp")


def _number(serial: int, letter: str = "F") -> str:
    return f"{letter}{serial:06d}"


def ubl(serial: int, customer: str, door: Door, *peers: Peer, letter: str = "F") -> Paper:
    """Return one invoice; its number begins with `letter`."""
    number = _number(serial, letter)
    data = invoices.ubl(number=number, buyer=_buyer(customer))
    return Paper(name=f"{number}.xml", data=data, door=door, documents={number: peers})


def reminder(serial: int, customer: str, door: Door, peer: Peer) -> Paper:
    """Return one reminder."""
    number = _number(serial, "M")
    data = canonical.encode(replace(_REMINDER, number=number, customer=customer))
    return Paper(name=f"{number}.json", data=data, door=door, documents={number: (peer,)})


def wrong(serial: int, door: Door) -> Paper:
    """Return a document that is parked: its sum is wrong."""
    number = _number(serial)
    data = invoices.wrong_sum(number)
    return Paper(name=f"{number}.xml", data=data, door=door, documents={number: ()})


def _buyer(customer: str) -> Party:
    assert invoices.CLEAN.buyer is not None
    return replace(invoices.CLEAN.buyer, identifiers=(Identifier(value=customer),), name=customer)


def csv(
    serials: Sequence[int], door: Door, customer: str = "K-partner", peer: Peer = "partner"
) -> Paper:
    """Return a list of invoices to one customer."""
    numbers = [_number(serial) for serial in serials]
    rows = [_CSV_HEADER, *(_CSV_ROW.format(number=number, customer=customer) for number in numbers)]
    return Paper(
        name=f"list-{numbers[0]}.csv",
        data=("\r\n".join(rows) + "\r\n").encode(),
        door=door,
        documents=dict.fromkeys(numbers, (peer,)),
    )


def idoc(serial: int, door: Door) -> Paper:
    """Return one invoice to the network."""
    number = _number(serial)
    text = resources.files("hub.demo").joinpath("samples", _IDOC).read_text("utf-8")
    return Paper(
        name=f"INVOIC_{number}.xml",
        data=text.replace(_IDOC_NUMBER, number).encode(),
        door=door,
        documents={number: ("access point",)},
    )
