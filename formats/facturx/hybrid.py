"""A PDF and the invoice inside it are one invoice: the rules FX-… as findings.

| rule | what is wrong | severity |
|---|---|---|
| FX-XML | more than one invoice is embedded | fatal if number, currency or total differ |
| FX-MISSING | no invoice is embedded, and XMP names Factur-X | fatal: nothing is read |
| FX-NAME, FX-AF, FX-UNRELATED | how the XML is embedded | fatal |
| FX-LISTED, FX-RELATIONSHIP | how the XML is embedded | warning |
| FX-XMP, FX-XMP-NAME, FX-XMP-TYPE, FX-XMP-VERSION | XMP lacks Factur-X or errs | warning |
| FX-PROFILE | the profile in XMP is another than that of BT-24 | fatal |
| FX-CONTENT | the profile and what the invoice has; said of XML alone, too | warning |
| FX-PDFA | no claim to be PDF/A-3 | warning |
| FX-PAGE | a scan or a page without readable text: cannot be compared | warning |
| FX-PAGE-DATE, FX-PAGE-DUE-DATE | a date is not on the page | warning |
| FX-PAGE-NUMBER, -CURRENCY, -SELLER, -BUYER | not on the page | fatal if another is |
| FX-PAGE-NET, -VAT, -TOTAL, -DUE | the amount is not on the page | fatal if another is |

`fx_rules` has each sentence, fix and source. `container` looks at the PDF, `page` at the text.
"""

from collections.abc import Iterator, Sequence

from formats.cii.read import read_cii
from formats.codec import Unreadable
from formats.facturx.container import container_findings, named_together
from formats.facturx.fx_rules import breach
from formats.facturx.page import page_findings
from formats.findings import Finding
from formats.model import Document, Invoice
from formats.pdf.embedded import EmbeddedFile


def hybrid_findings(
    data: bytes, files: Sequence[EmbeddedFile], xmp: bytes, document: Document
) -> Iterator[Finding]:
    """Yield every breach of the rules FX-…, those of the container first.

    Args:
        data: the PDF.
        files: the embedded invoices, the one that was read first.
        xmp: the PDF's metadata packet.
        document: what was read of the first file.
    """
    invoice = document if isinstance(document, Invoice) else None
    if len(files) > 1:
        yield breach(
            "FX-XML",
            count=len(files),
            names=named_together(files),
            instead=next(_differences(files[1:], invoice), ""),
        )
    yield from container_findings(files[0], xmp, invoice)
    if invoice is not None:
        yield from page_findings(data, invoice)


def _differences(others: Sequence[EmbeddedFile], invoice: Invoice | None) -> Iterator[str]:
    own = _identity(invoice)
    for file in others:
        try:
            reading = read_cii(file.data)
        except Unreadable:
            continue
        other = _identity(reading.document)
        if other != own:
            yield f"{file.name} is {' '.join(other)}, not {' '.join(own)}"


def _identity(document: Document | None) -> tuple[str, ...]:
    if not isinstance(document, Invoice):
        return ()
    total = document.totals.with_vat if document.totals else None
    return document.number or "", f"{total:f}" if total is not None else "", document.currency or ""
