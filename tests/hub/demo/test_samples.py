"""The demo's day of traffic: every sum is right but the one that shows what parking is."""

from collections.abc import Iterator
from pathlib import Path

from formats.codec import Reading
from formats.findings import Severity
from formats.guide import parse
from formats.idoc import read as idoc_read
from formats.model import Invoice
from formats.rules.catalogue import RULESETS
from formats.rules.engine import check
from formats.table import read as csv_read
from hub.enrichment.address_book import read_csv
from hub.runs.open_items import read_open_items

SAMPLES = Path("hub/demo/samples")
BOOKS = ("address-book.csv", "open-items.csv")
GARBAGE = "scan0001.dat"
GUIDES = [parse(path.stem, path.read_text("utf-8")) for path in sorted(SAMPLES.glob("guides/*"))]


def readings() -> Iterator[Reading]:
    for path in sorted(SAMPLES.glob("*.*")):
        data = path.read_bytes()
        if path.name not in BOOKS:
            claimants = [
                reader
                for reader in (idoc_read.READER, csv_read.READER)
                if reader.claims(data[:4096], path.name)
            ]
            assert len(claimants) == (path.name != GARBAGE)
            for reader in claimants:
                yield from reader.read(data, GUIDES)


def test_all_invoices_are_right_but_one() -> None:
    faults = {}
    for reading in readings():
        invoice = reading.document
        assert isinstance(invoice, Invoice)
        assert [each for each in reading.notices if each.severity is Severity.FATAL] == []
        found = [finding.rule for finding in check(invoice, RULESETS["en16931"])]
        faults[invoice.number] = [rule for rule in found if rule != "BR-01"]  # set by the writer
    assert {number: rules for number, rules in faults.items() if rules} == {"26-3009": ["BR-CO-15"]}
    assert len(faults) == 26


def test_one_customer_is_not_in_the_address_book() -> None:
    book = {each.key for each in read_csv((SAMPLES / BOOKS[0]).read_text("utf-8"))}
    customers = set()
    for reading in readings():
        invoice = reading.document
        assert isinstance(invoice, Invoice)
        assert invoice.buyer is not None
        customers.add(invoice.buyer.identifiers[0].value)
    assert customers - book == {"101099"}


def test_open_items_are_of_customers_in_the_book() -> None:
    items = read_open_items((SAMPLES / BOOKS[1]).read_bytes())
    book = {each.key for each in read_csv((SAMPLES / BOOKS[0]).read_text("utf-8"))}
    assert len(items) == 25
    assert {item.customer for item in items} <= book
    assert len({item.customer for item in items}) == 8
    assert all(abs(item.open) <= abs(item.amount) for item in items)
    assert [item.number for item in items if item.disputed] == ["900099812"]
