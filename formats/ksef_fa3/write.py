"""Invoice to FA(3) of KSeF."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from formats.codec import Material, Writer
from formats.composing import Element, compose, day, group, pieces, text
from formats.ksef_fa3 import parties
from formats.ksef_fa3.lines import lines
from formats.ksef_fa3.payment import conditions, footer, payment
from formats.ksef_fa3.sums import annotations, settlement, sums
from formats.model import Delivery, Document, DocumentKind, Invoice, Period
from formats.rules.engine import getter
from formats.rules.pl_codes import CORRECTIONS, annotation, kind, poland
from formats.xml.writing import attribute

NAMESPACE: Final = "http://crd.gov.pl/wzor/2025/06/25/13775/"
_TEXT_SIZE: Final = 256
_SAID: Final = (
    ("buyer_reference", "Referencja nabywcy"),
    ("project", "Projekt"),
    ("sales_order", "Numer zamówienia sprzedaży"),
    ("receiving_advice", "Potwierdzenie odbioru"),
    ("tender", "Przetarg"),
    ("accounting_reference", "Konto księgowe nabywcy"),
    ("payment_terms", "Warunki płatności"),
    ("payment.remittance", "Tytuł płatności"),
)
"""Fields that FA(3) has no element for, and the key under which DodatkowyOpis says them."""


def write_fa3(invoice: Invoice, created: date) -> bytes:
    """Return the invoice as FA(3); valid where the rules `pl-ksef-fa3` find nothing.

    A credit note's amounts are written as differences, so below zero. Allowances and charges of
    the document, and charges of a line, become lines.

    Args:
        invoice: what is written.
        created: DataWytworzeniaFa, unless the invoice is issued later.

    Raises:
        ValueError: a text holds a character that XML cannot carry.
    """
    root = group(
        "Faktura",
        parties.heading(invoice, created),
        parties.seller(invoice),
        parties.buyer(invoice),
        parties.others(invoice),
        parties.representative(invoice),
        _body(invoice),
        footer(invoice),
    )
    return compose(root, attribute("xmlns", NAMESPACE))


def _body(invoice: Invoice) -> Element | None:
    address = invoice.seller.address if invoice.seller else None
    return group(
        "Fa",
        text("KodWaluty", invoice.currency),
        text("P_1", day(invoice.issue_date)),
        text("P_1M", address.city if address else None),
        text("P_2", invoice.number),
        text("WZ", invoice.despatch_advice),
        _supplied(invoice),
        sums(invoice),
        annotations(invoice),
        text("RodzajFaktury", kind(invoice)),
        _correction(invoice),
        _flag(invoice, "FP"),
        _flag(invoice, "TP"),
        _notes(invoice),
        _advances(invoice),
        lines(invoice),
        settlement(invoice),
        payment(invoice),
        conditions(invoice),
    )


def _supplied(invoice: Invoice) -> Element | None:
    """Return OkresFa or P_6: when goods or services were supplied, if not on the day of issue."""
    period = invoice.period or Period()
    if period.start and period.end:
        return group("OkresFa", text("P_6_Od", day(period.start)), text("P_6_Do", day(period.end)))
    supplied = (invoice.delivery or Delivery()).delivered_on or invoice.tax_point_date
    return text("P_6", day(supplied)) if supplied != invoice.issue_date else None


def _correction(invoice: Invoice) -> Iterator[Element | None]:
    if kind(invoice) not in CORRECTIONS:
        return
    data = poland(invoice)
    yield text("PrzyczynaKorekty", data.correction_reason)
    yield text("TypKorekty", data.correction_effect)
    for preceding in invoice.preceding:
        registered = _ksef_number(invoice, preceding.number)
        yield group(
            "DaneFaKorygowanej",
            text("DataWystFaKorygowanej", day(preceding.issue_date)),
            text("NrFaKorygowanej", preceding.number),
            text("NrKSeF" if registered else "NrKSeFN", "1"),
            text("NrKSeFFaKorygowanej", registered),
        )


def _advances(invoice: Invoice) -> Iterator[Element | None]:
    """Yield the invoices for payments in advance that this one settles."""
    if kind(invoice) != "ROZ":
        return
    for preceding in invoice.preceding:
        registered = _ksef_number(invoice, preceding.number)
        if registered:
            yield group("FakturaZaliczkowa", text("NrKSeFFaZaliczkowej", registered))
        else:
            number = text("NrFaZaliczkowej", preceding.number)
            yield group("FakturaZaliczkowa", text("NrKSeFZN", "1"), number)


def _ksef_number(invoice: Invoice, number: str | None) -> str | None:
    return next((r.ksef for r in poland(invoice).registered if r.number == number), None)


def _flag(invoice: Invoice, code: str) -> Element | None:
    return text(code, "1" if annotation(invoice, code) else None)


def _notes(invoice: Invoice) -> Iterator[Element | None]:
    """Yield DodatkowyOpis: notes of document and lines, attributes, and fields without element."""
    for note in invoice.notes:
        yield from _said("Uwagi", note.text)
    for field, key in _SAID:
        value = getter(field)(invoice)
        yield from _said(key, value if isinstance(value, str) else None)
    for number, line in enumerate(invoice.lines, start=1):
        yield from _said("Uwagi", line.note, number)
        for attribute_ in line.item.attributes if line.item else ():
            yield from _said(attribute_.name, attribute_.value, number)


def _said(key: str | None, value: str | None, line: int | None = None) -> Iterator[Element | None]:
    for piece in pieces(value, _TEXT_SIZE):
        yield group(
            "DodatkowyOpis",
            text("NrWiersza", str(line) if line else None),
            text("Klucz", key),
            text("Wartosc", piece),
        )


def _write(document: Document, material: Material) -> bytes:
    assert isinstance(document, Invoice), "the writer's kinds say so"
    return write_fa3(document, material.created)


WRITER: Final = Writer(
    name="ksef-fa3",
    media_type="application/xml",
    suffix=".xml",
    kinds=frozenset({DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE}),
    write=_write,
    rules=("en16931", "pl-ksef-fa3"),
)
