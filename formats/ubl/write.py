"""Invoice to UBL 2.1, for one profile."""

from typing import Final

import msgspec

from formats.binding.trail import Page
from formats.codec import Material, Writer
from formats.model import ZERO, Document, DocumentKind, Invoice, Line, PaymentInstructions
from formats.profile import (
    CIUS_RO,
    EN16931,
    FR_CTC,
    FR_EXTENDED,
    PEPPOL_BIS,
    XRECHNUNG,
    Profile,
    under,
)
from formats.ubl.document import CREDIT_NOTE, INVOICE
from formats.xml.names import NAMESPACES, UBL_CREDIT_NOTE, UBL_INVOICE
from formats.xml.writing import attribute

_PREFIXES: Final = "".join(
    attribute(f"xmlns:{prefix}", NAMESPACES[prefix]) for prefix in ("cac", "cbc")
)


def write_ubl(invoice: Invoice) -> bytes:
    """Return the invoice as UBL, a CreditNote where BT-3 says so; BT-23 and BT-24 as they are.

    What UBL makes mandatory beyond EN 16931 is filled: an order number (`NA`), a payment means
    code for a credit note's due date (`1`, not defined), the discount of a stated gross price.

    Raises:
        ValueError: a text holds a character that XML cannot carry.
    """
    if invoice.is_credit_note:
        name, namespace, table = "CreditNote", UBL_CREDIT_NOTE, CREDIT_NOTE
        invoice = _with_means_for_due_date(invoice)
    else:
        name, namespace, table = "Invoice", UBL_INVOICE, INVOICE
    invoice = _with_discounts(invoice)
    page = Page(invoice)
    page.open(name, attribute("xmlns", namespace) + _PREFIXES)
    table.write(invoice, page)
    page.close(name)
    return page.finish()


def _with_means_for_due_date(invoice: Invoice) -> Invoice:
    """A CreditNote has no other place for BT-9 than its payment means."""
    if invoice.due_date is None or invoice.payment is not None:
        return invoice
    return msgspec.structs.replace(invoice, payment=PaymentInstructions(means_code="1"))


def _with_discounts(invoice: Invoice) -> Invoice:
    """UBL states BT-148 only beside BT-147, which is what lies between gross and net price."""
    if not any(map(_lacks_discount, invoice.lines)):
        return invoice
    return msgspec.structs.replace(
        invoice,
        lines=tuple(
            _with_discount(line) if _lacks_discount(line) else line for line in invoice.lines
        ),
    )


def _lacks_discount(line: Line) -> bool:
    price = line.price
    return price is not None and price.gross is not None and price.discount is None


def _with_discount(line: Line) -> Line:
    price = line.price
    assert price is not None
    assert price.gross is not None
    discount = ZERO if price.net is None else price.gross - price.net
    return msgspec.structs.replace(line, price=msgspec.structs.replace(price, discount=discount))


def _writer(name: str, profile: Profile, *rules: str) -> Writer:
    def dress(document: Document) -> Document:
        assert isinstance(document, Invoice)
        return under(profile, document)

    def write(document: Document, material: Material) -> bytes:
        del material
        assert isinstance(document, Invoice)
        return write_ubl(under(profile, document))

    return Writer(
        name=name,
        media_type="application/xml",
        suffix=".xml",
        kinds=frozenset({DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE}),
        write=write,
        rules=rules,
        dress=dress,
    )


WRITERS: Final = (
    _writer("ubl", EN16931, "en16931"),
    _writer("xrechnung-ubl", XRECHNUNG, "en16931", "xrechnung-3.0"),
    _writer("peppol-bis-3", PEPPOL_BIS, "en16931", "peppol-bis-3"),
    _writer("fr-ctc-ubl", FR_CTC, "en16931", "fr-ctc"),
    _writer("fr-extended-ubl", FR_EXTENDED, "fr-extended-ctc"),
    _writer("cius-ro-ubl", CIUS_RO, "en16931", "cius-ro"),
)
