"""The specification (BT-24), for which an ERP's own formats have no word: the one we judge by."""

from formats.model import Invoice
from formats.profile import EN16931
from hub.enrichment.additions import Addition, fill

_WITHOUT_A_WORD_FOR_IT = frozenset({"idoc", "csv", "pdf_text"})


def add_specification(invoice: Invoice, reader: str) -> tuple[Invoice, list[Addition]]:
    """Name EN 16931 where the file's format cannot say it; UBL and CII must say it themselves."""
    if reader not in _WITHOUT_A_WORD_FOR_IT:
        return invoice, []
    return fill(
        invoice,
        {"specification": EN16931.specification},
        path="",
        source="EN 16931, by which every invoice is judged here",
    )
