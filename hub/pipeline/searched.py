"""What an auditor finds a document by, beside what lists show: filed once it is complete."""

from collections.abc import Iterator

from archive.index.vat import VatLine, write_vat
from formats.model import Document, Invoice
from formats.model.parties import Party

_WORDS_BYTES = 32_000
"""How much of a document's text is searched; what is longer is cut off."""
_TERMS = 200
"""How many numbers of earlier documents are kept."""


def searched_fields(document: Document) -> dict[str, str]:
    """Return fields of a document's manifest; what it does not say is left out."""
    fields = {
        "country": _country(document.buyer),
        "vat_ids": " ".join(_vat_ids(document)),
        "words": " ".join(_words(document)).encode()[:_WORDS_BYTES].decode(errors="ignore"),
    }
    if isinstance(document, Invoice):
        fields |= _of_invoice(document)
    return {name: value for name, value in fields.items() if value}


def _of_invoice(invoice: Invoice) -> dict[str, str]:
    due = invoice.totals.due if invoice.totals else None
    return {
        "due_date": invoice.due_date.isoformat() if invoice.due_date else "",
        "payable": "" if due is None else f"{due:f}",
        "vat": write_vat(_vat_lines(invoice)),
        "corrects": "\n".join(each.number for each in invoice.preceding[:_TERMS] if each.number),
    }


def _vat_lines(invoice: Invoice) -> Iterator[VatLine]:
    for one in invoice.vat_breakdown:
        if one.taxable is not None and one.tax is not None:
            category = "".join((one.category or "").split()) or "?"
            yield VatLine(category=category, rate=one.rate, net=one.taxable, tax=one.tax)


def _country(party: Party | None) -> str:
    return (party.address.country if party and party.address else None) or ""


def _vat_ids(document: Document) -> Iterator[str]:
    representative = document.tax_representative if isinstance(document, Invoice) else None
    for party in (document.seller, document.buyer, representative):
        if party is not None and party.vat_identifier:
            yield "".join(party.vat_identifier.split())


def _words(document: Document) -> Iterator[str]:
    """Yield texts that somebody may remember: names, places, what was sold, notes, references."""
    for party in (document.seller, document.buyer):
        if party is not None:
            yield from _of_party(party)
    if isinstance(document, Invoice):
        yield from _of_references(document)
        yield from _of_lines(document)
    else:
        for item in document.items:
            yield from _said(item.number, item.description)


def _of_party(party: Party) -> Iterator[str]:
    address, contact = party.address, party.contact
    yield from _said(party.name, party.trading_name, contact.name if contact else None)
    if address is not None:
        yield from _said(address.line_1, address.line_2, address.post_code, address.city)
    yield from _said(*(each.value for each in party.identifiers))


def _of_references(invoice: Invoice) -> Iterator[str]:
    yield from _said(invoice.buyer_reference, invoice.project, invoice.contract)
    yield from _said(invoice.purchase_order, invoice.sales_order, invoice.despatch_advice)
    yield from _said(invoice.accounting_reference, invoice.payment_terms)
    yield from _said(invoice.payment.remittance if invoice.payment else None)
    yield from _said(*(note.text for note in invoice.notes))


def _of_lines(invoice: Invoice) -> Iterator[str]:
    for line in invoice.lines:
        yield from _said(line.note, line.order_line)
        if line.item is not None:
            yield from _said(line.item.name, line.item.description)
            yield from _said(line.item.seller_id, line.item.buyer_id)


def _said(*texts: str | None) -> Iterator[str]:
    return (text for text in texts if text)
