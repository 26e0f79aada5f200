"""Invoice to Facturae 3.2.2."""

from typing import Final

from formats.codec import Material, Writer
from formats.composing import compose, group
from formats.facturae.heading import file_header, invoice_header, issue_data
from formats.facturae.lines import lines
from formats.facturae.parties import parties
from formats.facturae.payment import additional, literals, payment
from formats.facturae.totals import taxes, totals
from formats.model import Document, DocumentKind, Invoice
from formats.xml.writing import attribute

NAMESPACE: Final = "http://www.facturae.gob.es/formato/Versiones/Facturaev3_2_2.xml"


def write_facturae(invoice: Invoice, language: str = "es", *, copy: bool = False) -> bytes:
    """Return the invoice as Facturae; valid where the rules `es-facturae` find nothing.

    A credit note is a corrective invoice by differences: its amounts are below zero.

    Args:
        invoice: what is written.
        language: in which its texts are, as two letters; Spanish if the schema has no such.
        copy: whether its class is that of a copy.

    Raises:
        ValueError: a text holds a character that XML cannot carry.
    """
    body = group(
        "Invoice",
        invoice_header(invoice, copy=copy),
        issue_data(invoice, language),
        taxes(invoice),
        totals(invoice),
        lines(invoice),
        payment(invoice),
        literals(invoice),
        additional(invoice),
    )
    root = group("fe:Facturae", file_header(invoice), parties(invoice), group("Invoices", body))
    return compose(root, attribute("xmlns:fe", NAMESPACE))


def _write(document: Document, material: Material) -> bytes:
    assert isinstance(document, Invoice), "the writer's kinds say so"
    return write_facturae(document, material.language, copy=material.copy is not None)


WRITER: Final = Writer(
    name="facturae",
    media_type="application/xml",
    suffix=".xml",
    kinds=frozenset({DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE}),
    write=_write,
    rules=("en16931", "es-facturae"),
)
