"""GR-R-*, GR-S-*: what Peppol asks of Greek sellers."""

from collections.abc import Callable
from functools import partial

from formats.findings import Severity
from formats.model import Identifier, Invoice, Party, SupportingDocument
from formats.rules import countries
from formats.rules.check_digits import greek
from formats.rules.engine import Context, Rule, stated
from formats.rules.worksheet import (
    Places,
    Worksheet,
    each_supporting_document,
    the_buyer,
    the_invoice,
    the_seller,
)

GREECE = ("GR", "EL")
TAX_NUMBER = "9933"
MARK = "##M.AR.K##"
URL = "##INVOICE|URL##"
TYPES = ("1.1", "1.6", "2.1", "2.4", "5.1", "5.2")


def _sender(sheet: Worksheet) -> bool:
    return countries.of_seller(sheet.invoice) in GREECE


def _seated(sheet: Worksheet) -> bool:
    return _sender(sheet) and countries.of_address(sheet.invoice.seller) == "GR"


def _domestic(sheet: Worksheet) -> bool:
    return _sender(sheet) and countries.of_buyer(sheet.invoice) in GREECE


def _own(sheet: Worksheet) -> bool:
    """Whether the seller himself is Greek, whoever represents him."""
    invoice = Invoice(seller=sheet.invoice.seller)
    return countries.of_seller(invoice) in GREECE


def _described(
    description: str, holds: Callable[[Worksheet], bool], sheet: Worksheet
) -> Places[SupportingDocument]:
    if not holds(sheet):
        return []
    places = each_supporting_document.find(sheet)
    return [place for place in places if place[1].description == description]


the_greek_invoice = the_invoice.where("of a Greek seller", _sender)
the_seated_invoice = the_invoice.where("of a seller in Greece", _seated)
the_greek_seller = the_seller.where("who is Greek or represented there", _sender)
the_seller_himself = the_seller.where("who is Greek", _own)
the_buyer_of_a_greek = the_buyer.where("of a Greek seller", _sender)
the_greek_buyer = the_buyer.where("between Greeks", _domestic)
each_mark: Context[SupportingDocument] = Context(
    name="each MARK number", find=partial(_described, MARK, _seated)
)
each_url: Context[SupportingDocument] = Context(
    name="each URL of a Greek invoice", find=partial(_described, URL, _sender)
)


def _segment(n: int, invoice: Invoice) -> str:
    segments = (invoice.number or "").split("|")
    return segments[n - 1] if len(segments) >= n else ""


def _tax_number(invoice: Invoice) -> bool:
    number = _segment(1, invoice)
    known = [
        party.vat_identifier[2:11]
        for party in (invoice.seller, invoice.tax_representative)
        if party is not None and party.vat_identifier is not None
    ]
    return len(number.strip()) == 9 and greek(number) and number in known


def _issued(invoice: Invoice) -> bool:
    written = _segment(2, invoice).split("/")[:3]
    issued = invoice.issue_date
    return issued is not None and written == f"{issued:%d}/{issued:%m}/{issued:%Y}".split("/")


def _serial(invoice: Invoice) -> bool:
    text = _segment(3, invoice).strip().removeprefix("+")
    return text.isascii() and text.isdigit()


def _greek_vat(party: Party) -> bool:
    identifier = party.vat_identifier or ""
    return identifier.startswith("EL") and greek(identifier[2:])


def _greek_address(address: Identifier | None) -> bool | None:
    return None if address is None else address.scheme == TAX_NUMBER and greek(address.value)


def _count(description: str, invoice: Invoice) -> int:
    return sum(each.description == description for each in invoice.supporting_documents)


def _numbered(rule: str, sentence: str, holds: Callable[[Invoice], bool], *, fix: str) -> Rule:
    """Return a rule about the segments of BT-1, which are divided by upright strokes."""
    return the_greek_invoice(
        rule,
        "BT-1",
        sentence,
        lambda invoice: None if invoice.number is None else holds(invoice),
        at="number",
        fix=fix,
    )


NUMBER: tuple[Rule, ...] = (
    _numbered(
        "GR-R-001-1",
        "a Greek invoice number has six segments",
        lambda invoice: (invoice.number or "").count("|") == 5,
        fix="send tax number|date|branch|type|series|serial number",
    ),
    _numbered(
        "GR-R-001-2",
        "the first segment is the tax number of the seller or his tax representative",
        _tax_number,
        fix="begin the number with the tax number, without EL",
    ),
    _numbered(
        "GR-R-001-3",
        "the second segment is the issue date, e.g. 31/01/2026",
        _issued,
        fix="write the issue date with day, month and year",
    ),
    _numbered(
        "GR-R-001-4",
        "the third segment is a whole number",
        _serial,
        fix="send the number of the branch, 0 for the seat",
    ),
    _numbered(
        "GR-R-001-5",
        f"the fourth segment is a Greek document type: {', '.join(TYPES)}",
        lambda invoice: _segment(4, invoice) in TYPES,
        fix="send one of these types",
    ),
    _numbered(
        "GR-R-001-6",
        "the fifth segment is not empty",
        lambda invoice: bool(_segment(5, invoice)),
        fix="send the series, 0 where there is none",
    ),
    _numbered(
        "GR-R-001-7",
        "the sixth segment is not empty",
        lambda invoice: bool(_segment(6, invoice)),
        fix="send the serial number",
    ),
)

PARTIES: tuple[Rule, ...] = (
    the_greek_seller.has(
        "GR-R-002",
        "BT-28",
        "a Greek seller has his registered name as trading name",
        "trading_name",
        fix="send the full name of the register in BT-28 too",
    ),
    the_greek_seller(
        "GR-S-011",
        "BT-31",
        "a Greek seller has a VAT identifier: EL and a tax number",
        _greek_vat,
        at="vat_identifier",
        severity=Severity.WARNING,
        fix="send the tax number with EL before it",
    ),
    the_greek_seller(
        "GR-R-003",
        "BT-31",
        "a VAT identifier of a Greek seller is EL and a tax number",
        lambda seller: None if seller.vat_identifier is None else _greek_vat(seller),
        at="vat_identifier",
        fix="send the tax number with EL before it",
    ),
    the_buyer_of_a_greek.has(
        "GR-R-005",
        "BT-45",
        "the buyer's full name is there as trading name",
        "trading_name",
        fix="send the buyer's full name in BT-45 too",
    ),
    the_greek_buyer(
        "GR-R-006",
        "BT-48",
        "a Greek buyer has a VAT identifier: EL and a tax number",
        _greek_vat,
        at="vat_identifier",
        fix="send the tax number with EL before it",
    ),
    the_seller_himself(
        "GR-R-009",
        "BT-34",
        f"a Greek seller's electronic address is his tax number with scheme {TAX_NUMBER}",
        lambda seller: _greek_address(seller.electronic_address),
        at="electronic_address",
        fix="send the tax number, without EL, as electronic address",
    ),
    the_greek_buyer(
        "GR-R-010",
        "BT-49",
        f"a Greek buyer's electronic address is his tax number with scheme {TAX_NUMBER}",
        lambda buyer: _greek_address(buyer.electronic_address),
        at="electronic_address",
        fix="send the tax number, without EL, as electronic address",
    ),
)

DOCUMENTS: tuple[Rule, ...] = (
    the_seated_invoice(
        "GR-R-004-1",
        "BG-24",
        f"one supporting document is described as {MARK} and has the MARK number",
        lambda invoice: _count(MARK, invoice) == 1,
        at="supporting_documents",
        fix="send the number that myDATA has given the invoice",
    ),
    each_mark(
        "GR-R-004-2",
        "BT-122",
        "a MARK number is a whole number above zero",
        lambda document: (
            None if document.reference is None else document.reference[:1] in set("123456789")
        ),
        at="reference",
        fix="send the number that myDATA has given the invoice",
    ),
    the_seated_invoice(
        "GR-S-008-1",
        "BG-24",
        f"one supporting document is described as {URL} and has the invoice's URL",
        lambda invoice: _count(URL, invoice) == 1,
        at="supporting_documents",
        severity=Severity.WARNING,
        fix="send the URL at which the invoice can be seen",
    ),
    the_seated_invoice(
        "GR-R-008-2",
        "BG-24",
        f"no more than one supporting document is described as {URL}",
        lambda invoice: _count(URL, invoice) <= 1,
        at="supporting_documents",
        fix="send one URL",
    ),
    each_url(
        "GR-R-008-3",
        "BT-124",
        f"a supporting document {URL} has a location",
        lambda document: stated(document.location),
        at="location",
        fix="send the URL at which the invoice can be seen",
    ),
)

RULES = NUMBER + PARTIES + DOCUMENTS
