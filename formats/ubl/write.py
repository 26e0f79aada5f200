"""Invoice to UBL 2.1, for one profile."""

from typing import Final

import msgspec

from formats.binding.trail import Page
from formats.model import ZERO, Invoice, Line, PaymentInstructions
from formats.profile import (
    CIUS_RO,
    EN16931,
    FR_CTC,
    FR_EXTENDED,
    PEPPOL_BIS,
    XRECHNUNG,
    writer,
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


WRITERS: Final = (
    writer("ubl", EN16931, write_ubl, "en16931"),
    writer("xrechnung-ubl", XRECHNUNG, write_ubl, "en16931", "xrechnung-3.0"),
    writer("peppol-bis-3", PEPPOL_BIS, write_ubl, "en16931", "peppol-bis-3"),
    writer("fr-ctc-ubl", FR_CTC, write_ubl, "en16931", "fr-ctc"),
    writer("fr-extended-ubl", FR_EXTENDED, write_ubl, "fr-extended-ctc"),
    writer("cius-ro-ubl", CIUS_RO, write_ubl, "en16931", "cius-ro"),
)
