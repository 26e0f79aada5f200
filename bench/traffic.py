"""What goes in: IDocs, and open items with the customers who owe them; as many as wanted."""

from collections.abc import Iterator
from importlib import resources

from archive.entry import Draft, Item
from formats.model import PostalAddress
from routing_rules.recipient import Recipient

_IDOC = "INVOIC_0000000007100101.xml"
_HEADER = "customer,number,issue_date,due_date,currency,amount,open\n"


def idocs(count: int) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of INVOIC02 files that differ in document number."""
    text = resources.files("hub.demo").joinpath("samples", _IDOC).read_text("utf-8")
    number = text.partition("<BELNR>")[2].partition("</BELNR>")[0]
    for new in range(10_000_000, 10_000_000 + count):
        yield f"INVOIC_{new}.xml", text.replace(number, str(new)).encode()


def customers(count: int) -> list[Recipient]:
    """Return an address book; the first customer is the buyer of the IDocs."""
    return [
        Recipient(
            key=str(key),
            name=f"Kunde {key} GmbH",
            country="DE",
            language="de",
            email=f"buchhaltung@kunde-{key}.example",
            address=PostalAddress(
                line_1="Kaistraße 40", city="Hamburg", post_code="20457", country="DE"
            ),
        )
        for key in range(101001, 101001 + count)
    ]


def open_items(count: int) -> bytes:
    """Return a CSV by which each of `count` customers is late with one invoice."""
    rows = (
        f"{key},R-{key},2026-09-01,2026-10-01,EUR,119.00,119.00\n"
        for key in range(101001, 101001 + count)
    )
    return (_HEADER + "".join(rows)).encode()


def drafts(count: int) -> Iterator[Draft]:
    """Yield what a room files about a document: 6 kB of JSON and what an auditor asks by."""
    lines = ",".join(f'{{"line":"{n}","net":"119.00"}}' for n in range(200))
    for n in range(count):
        data = f'{{"number":"{n}","lines":[{lines}]}}'.encode()
        item = Item(
            role="canonical", name="canonical.json", media_type="application/json", data=data
        )
        yield Draft(
            key=f"s{n}/read/0",
            tenant="nordwind",
            subject=f"s{n}",
            document=f"s{n}-1",
            kind="document",
            step="read",
            fields={"number": str(n), "customer_name": "Hansekontor GmbH", "total": "1284.60"},
            items=(item,),
        )
