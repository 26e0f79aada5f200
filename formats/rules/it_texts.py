"""FatturaPA: which letters its texts and references may have, and how many."""

from collections.abc import Iterator

from formats.findings import Severity
from formats.latin import ascii_only, is_latin, latin
from formats.model import Invoice, PostalAddress
from formats.rules.engine import Context, Rule
from formats.rules.it_codes import description
from formats.rules.national import fits
from formats.rules.worksheet import (
    Places,
    Worksheet,
    each_line,
    each_preceding,
    each_row,
    each_supporting_document,
    the_buyer,
    the_buyer_address,
    the_invoice,
    the_representative,
    the_seller,
    the_seller_address,
    the_seller_contact,
)

SYNTAX = "FatturaPA"


def _identifiers(sheet: Worksheet) -> Places[str]:
    """Return the numbers and references that are written: FatturaPA has ASCII for them."""
    invoice = sheet.invoice
    fields = ("number", "purchase_order", "contract", "tender", "receiving_advice")
    more = ("despatch_advice", "accounting_reference")
    found = [(field, getattr(invoice, field)) for field in (*fields, *more)]
    if invoice.payment:
        found.append(("payment.remittance", invoice.payment.remittance))
    found += [(f"preceding[{n}].number", each.number) for n, each in enumerate(invoice.preceding)]
    for path, line in sheet.lines:
        found.append((f"{path}.order_line", line.order_line))
        found.append((f"{path}.accounting_reference", line.accounting_reference))
    return [(path, value) for path, value in found if value]


def _texts(sheet: Worksheet) -> Places[str]:
    """Return the texts that are written: FatturaPA has Latin-1 for them."""
    return [(path, value) for path, value in _written(sheet) if value]


def _written(sheet: Worksheet) -> Iterator[tuple[str, str | None]]:
    invoice = sheet.invoice
    yield "project", invoice.project
    yield "payment_terms", invoice.payment_terms
    yield from _parties(invoice)
    yield from _attached(invoice)
    for number, note in enumerate(invoice.notes):
        yield f"notes[{number}].text", note.text
    for path, row in sheet.rows:
        yield f"{path}.exemption_reason", row.exemption_reason
    for path, part in (*sheet.allowances, *sheet.charges):
        yield f"{path}.reason", part.reason
    for path, line in sheet.lines:
        yield f"{path}.note", line.note
        if line.item:
            yield f"{path}.item.name", line.item.name
            yield f"{path}.item.description", line.item.description


def _parties(invoice: Invoice) -> Iterator[tuple[str, str | None]]:
    for role, party in (("seller", invoice.seller), ("buyer", invoice.buyer)):
        if party:
            yield f"{role}.name", party.name
            yield from _address(role, party.address)
    if invoice.payee:
        yield "payee.name", invoice.payee.name
    if invoice.tax_representative:
        yield "tax_representative.name", invoice.tax_representative.name


def _attached(invoice: Invoice) -> Iterator[tuple[str, str | None]]:
    for number, document in enumerate(invoice.supporting_documents):
        if document.attachment:
            path = f"supporting_documents[{number}]"
            yield f"{path}.reference", document.reference
            yield f"{path}.description", document.description
            yield f"{path}.attachment.file_name", document.attachment.file_name


def _address(role: str, address: PostalAddress | None) -> Iterator[tuple[str, str | None]]:
    if address:
        for field in ("line_1", "line_2", "line_3", "city"):
            yield f"{role}.address.{field}", getattr(address, field)


each_text: Context[str] = Context(name="each text", find=_texts)
each_identifier: Context[str] = Context(name="each number and reference", find=_identifiers)


def _phone(phone: str | None) -> bool | None:
    return None if not phone else 5 <= len("".join(c for c in phone if c in "+0123456789")) <= 12


TEXTS: tuple[Rule, ...] = (
    each_text(
        "FPA-40",
        "BG-2",
        "the text is of letters that FatturaPA has (Latin-1)",
        lambda text: is_latin(latin(text)),
        fix="write the text in Latin letters",
    ),
    each_identifier(
        "FPA-44",
        "BG-2",
        "the reference is of ASCII characters",
        lambda text: ascii_only(text).isascii(),
        fix="write the reference in plain letters and digits",
    ),
    each_line(
        "FPA-45",
        "BT-154",
        "name and description of an item have at most 1,000 characters together",
        lambda line: len(description(line) or "") <= 1000,
        at="item.description",
        fix="shorten BT-154",
    ),
    the_invoice(
        "FPA-41",
        "BT-1",
        "the number holds a digit",  # SdI 00425
        lambda invoice: None if not invoice.number else any(c.isdigit() for c in invoice.number),
        at="number",
        fix="number the invoice with at least one digit",
    ),
    the_seller_contact(
        "FPA-42",
        "BT-42",
        "the phone number has 5 to 12 digits, else it is left out",
        lambda contact: _phone(contact.phone),
        at="phone",
        severity=Severity.WARNING,
        private=True,
        fix="state the number without separators",
    ),
)

LIMITS = fits(
    "FPA-5",
    SYNTAX,
    (
        (the_invoice, "BT-1", "number", 20),
        (the_seller, "BT-27", "name", 80),
        (the_buyer, "BT-44", "name", 80),
        (the_seller_address, "BT-37", "city", 60),
        (the_buyer_address, "BT-52", "city", 60),
        (the_invoice, "BT-13", "purchase_order", 20),
        (the_invoice, "BT-12", "contract", 20),
        (the_invoice, "BT-15", "receiving_advice", 20),
        (the_invoice, "BT-16", "despatch_advice", 20),
        (the_invoice, "BT-11", "project", 100),
        (the_invoice, "BT-19", "accounting_reference", 20),
        (each_preceding, "BT-25", "number", 20),
        (each_line, "BT-132", "order_line", 20),
        (each_line, "BT-133", "accounting_reference", 20),
        (the_representative, "BT-62", "name", 80),
        (the_invoice, "BT-59", "payee.name", 200),
        (each_line, "BT-155", "item.seller_id", 35),
        (each_line, "BT-156", "item.buyer_id", 35),
        (each_supporting_document, "BT-125-2", "attachment.file_name", 60),
        (each_supporting_document, "BT-122", "reference", 60),
        (each_row, "BT-120", "exemption_reason", 100),
        (the_invoice, "BT-17", "tender", 15),
        (the_invoice, "BT-83", "payment.remittance", 60),
        (each_supporting_document, "BT-123", "description", 100),
    ),
    written=latin,
)
