"""Invoice to Cross Industry Invoice, valid for D16B and D22B, for one profile."""

from typing import Final

import msgspec

from formats.binding.trail import Page
from formats.cii.document import INVOICE
from formats.model import ZERO, Invoice, Line
from formats.profile import EN16931, FR_CTC, FR_EXTENDED, XRECHNUNG, writer
from formats.xml.names import NAMESPACES
from formats.xml.writing import attribute

_ROOT: Final = "rsm:CrossIndustryInvoice"
_PREFIXES: Final = "".join(
    attribute(f"xmlns:{prefix}", NAMESPACES[prefix]) for prefix in ("rsm", "ram", "qdt", "udt")
)


def write_cii(invoice: Invoice, *, specification: str | None = None) -> bytes:
    """Return the invoice as CII.

    What CII makes mandatory beyond EN 16931 is filled: the gross price beside a discount.

    Args:
        invoice: an invoice or credit note.
        specification: BT-24 to be written instead of the invoice's own.

    Raises:
        ValueError: a text holds a character that XML cannot carry.
    """
    if specification:
        invoice = msgspec.structs.replace(invoice, specification=specification)
    invoice = _with_gross_prices(invoice)
    page = Page(invoice)
    page.open(_ROOT, _PREFIXES)
    INVOICE.write(invoice, page)
    page.close(_ROOT)
    return page.finish()


def _with_gross_prices(invoice: Invoice) -> Invoice:
    """CII states BT-147 only beside BT-148, which is the sum of net price and discount."""
    if not any(map(_lacks_gross, invoice.lines)):
        return invoice
    return msgspec.structs.replace(
        invoice,
        lines=tuple(_with_gross(line) if _lacks_gross(line) else line for line in invoice.lines),
    )


def _lacks_gross(line: Line) -> bool:
    price = line.price
    return price is not None and price.discount is not None and price.gross is None


def _with_gross(line: Line) -> Line:
    price = line.price
    assert price is not None
    gross = (price.net or ZERO) + (price.discount or ZERO)
    return msgspec.structs.replace(line, price=msgspec.structs.replace(price, gross=gross))


WRITERS: Final = (
    writer("cii", EN16931, write_cii, "en16931-cii"),
    writer("xrechnung-cii", XRECHNUNG, write_cii, "en16931-cii", "xrechnung-3.0-cii"),
    writer("fr-ctc-cii", FR_CTC, write_cii, "en16931-cii", "fr-ctc-cii"),
    writer("fr-extended-cii", FR_EXTENDED, write_cii, "fr-extended-ctc-cii"),
)
