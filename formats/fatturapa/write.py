"""Invoice to FatturaPA 1.2.3."""

from typing import Final

from formats.codec import Material, Writer
from formats.composing import compose, group
from formats.fatturapa.general import general
from formats.fatturapa.lines import goods_and_services
from formats.fatturapa.parties import header, layout
from formats.fatturapa.payment import attachments, payment
from formats.model import Document, DocumentKind, Invoice
from formats.xml.writing import attribute

NAMESPACE: Final = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"


def write_fatturapa(invoice: Invoice) -> bytes:
    """Return the invoice as FatturaPA; valid where the rules `it-fatturapa` find nothing.

    Allowances and charges of the document become lines (TipoCessionePrestazione SC and AC).

    Raises:
        ValueError: a text holds a character that XML cannot carry.
    """
    body = group(
        "FatturaElettronicaBody",
        general(invoice),
        goods_and_services(invoice),
        payment(invoice),
        attachments(invoice),
    )
    root = group("p:FatturaElettronica", header(invoice), body)
    return compose(root, attribute("versione", layout(invoice)) + attribute("xmlns:p", NAMESPACE))


def _write(document: Document, material: Material) -> bytes:
    del material
    assert isinstance(document, Invoice), "the writer's kinds say so"
    return write_fatturapa(document)


WRITER: Final = Writer(
    name="fatturapa",
    media_type="application/xml",
    suffix=".xml",
    kinds=frozenset({DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE}),
    write=_write,
    rules=("en16931", "it-fatturapa"),
)
