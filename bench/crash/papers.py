"""What is dropped: documents of every kind, each with the peers at which it must arrive once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources
from typing import Literal

from msgspec.structs import replace

from formats.model import Identifier, Party, PostalAddress
from routing_rules.recipient import Recipient
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
    "{number};20.11.2026;20.12.2026;K-partner;Partner AG;Weg 1;20457;Hamburg;DE;1;Hammer;10;Stk;"
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
RULES = "".join(
    f"""
[[rule]]
name = "{group}"
because = "fault test"
source = "fault test"
when.group = "{group}"
roads = [{roads}]
"""
    for group, roads in {
        "mail": '{ channel = "email", format = "ubl" }',
        "partner": '{ channel = "partner", format = "ubl", signature = "xades-b-b" }',
        "network": '{ channel = "access-point", format = "ubl" }',
        "letter": '{ channel = "print-house", format = "letter-din5008" }',
        "fallback": '{ channel = "email", format = "ubl" },'
        ' { channel = "partner", format = "ubl" }',
    }.items()
)
"""One group of customers for each road, and one whose first road ends."""


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


def customers() -> list[Recipient]:
    """Return the address book: one customer for each fate."""
    return [
        _customer("K-mail", "mail", email="buchhaltung@kunde.example"),
        _customer("K-report", "mail", email="delivered-to@kunde.example"),
        _customer("K-refuse", "fallback", email="refuse-this@kunde.example"),
        _customer("K-bounce", "fallback", email="full-this@kunde.example"),
        _customer("K-partner", "partner"),
        _customer("101001", "network", endpoint=Identifier(value="DE900001009", scheme="9930")),
        _customer("K-letter", "letter"),
    ]


def one_of_each(start: int) -> Iterator[Paper]:
    """Yield a file for every road and fate, numbered from `start`."""
    yield _ubl(start, "K-mail", "api", "mail")
    yield _csv([start + 1], "folder")
    yield _idoc(start + 2, "sftp")
    yield _ubl(start + 3, "K-letter", "api", "print house")
    yield _ubl(start + 4, "K-refuse", "folder", "partner")
    yield _ubl(start + 5, "K-bounce", "sftp", "mail", "partner")
    yield _ubl(start + 6, "K-report", "folder", "mail")
    yield _wrong(start + 7, "api")


def mixture(start: int, count: int) -> Iterator[Paper]:
    """Yield files that hold `count` documents, numbered from `start`, of many kinds."""
    number, end = start, start + count
    while number < end:
        for paper in _round(number):
            if number + len(paper.documents) > end:
                return
            number += len(paper.documents)
            yield paper


def _round(start: int) -> Iterator[Paper]:
    """Twenty documents in fourteen files."""
    yield _csv(range(start, start + 4), "folder")
    yield _csv(range(start + 4, start + 8), "sftp")
    doors: tuple[Door, ...] = ("api", "folder", "sftp")
    for position in range(3):
        yield _idoc(start + 8 + position, doors[position])
        yield _ubl(start + 11 + position, "K-mail", doors[position], "mail")
    yield _ubl(start + 14, "K-mail", "api", "mail")
    yield _ubl(start + 15, "K-report", "sftp", "mail")
    yield _ubl(start + 16, "K-letter", "folder", "print house")
    yield _ubl(start + 17, "K-refuse", "api", "partner")
    yield _ubl(start + 18, "K-bounce", "folder", "mail", "partner")
    yield _wrong(start + 19, "sftp")


def _customer(key: str, group: str, **more: object) -> Recipient:
    facts = {
        "key": key,
        "name": f"Customer {key}",
        "group": group,
        "country": "DE",
        "language": "de",
        "address": PostalAddress(line_1="Weg 1", city="Berlin", post_code="10115", country="DE"),
    }
    return Recipient(**facts | more)  # type: ignore[arg-type]


def _number(serial: int) -> str:
    return f"F{serial:06d}"


def _ubl(serial: int, customer: str, door: Door, *peers: Peer) -> Paper:
    number = _number(serial)
    data = invoices.ubl(number=number, buyer=_buyer(customer))
    return Paper(name=f"{number}.xml", data=data, door=door, documents={number: peers})


def _wrong(serial: int, door: Door) -> Paper:
    """A document that is parked: its sum is wrong."""
    number = _number(serial)
    data = invoices.wrong_sum(number)
    return Paper(name=f"{number}.xml", data=data, door=door, documents={number: ()})


def _buyer(customer: str) -> Party:
    assert invoices.CLEAN.buyer is not None
    return replace(invoices.CLEAN.buyer, identifiers=(Identifier(value=customer),), name=customer)


def _csv(serials: "list[int] | range", door: Door) -> Paper:
    numbers = [_number(serial) for serial in serials]
    rows = [_CSV_HEADER, *(_CSV_ROW.format(number=number) for number in numbers)]
    return Paper(
        name=f"list-{numbers[0]}.csv",
        data=("\r\n".join(rows) + "\r\n").encode(),
        door=door,
        documents=dict.fromkeys(numbers, ("partner",)),
    )


def _idoc(serial: int, door: Door) -> Paper:
    number = _number(serial)
    text = resources.files("hub.demo").joinpath("samples", _IDOC).read_text("utf-8")
    return Paper(
        name=f"INVOIC_{number}.xml",
        data=text.replace(_IDOC_NUMBER, number).encode(),
        door=door,
        documents={number: ("access point",)},
    )
