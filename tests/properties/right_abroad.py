"""What a right invoice needs more in a country or a format: `finishing(writer)`."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from msgspec.structs import replace

from formats.model import (
    Identifier,
    Invoice,
    Line,
    Note,
    Party,
    PostalAddress,
    PrecedingInvoice,
    VatBreakdown,
)
from formats.model.extensions import LineExtensions
from formats.model.france import FrenchLine, LinePart
from tests.properties.right_invoices import RATES

FRENCH_RATES = ("20", "10", "5.5")
LEI_A_EURO = Decimal("5.09")

_NOTES = (
    Note(text="40 euro for recovery costs", subject_code="PMT"),
    Note(text="three times the legal rate", subject_code="PMD"),
    Note(text="no discount", subject_code="AAB"),
    Note(text="B2B", subject_code="BAR"),
)
_SELLER, _BUYER = "732829320", "552100554"
"""SIREN, with a right check digit."""
_SIRET = Identifier(value="73282932000074", scheme="0009")
_CLUJ = PostalAddress(
    line_1="Strada Exemplu 1",
    city="Cluj-Napoca",
    post_code="400001",
    subdivision="RO-CJ",
    country="RO",
)
_BUCHAREST = PostalAddress(
    line_1="Strada Exemplu 2", city="SECTOR3", post_code="030001", subdivision="RO-B", country="RO"
)


def in_france(invoice: Invoice) -> Invoice:
    """Return the invoice as a French platform takes it (BR-FR of Flux 2)."""
    assert invoice.issue_date is not None
    day = invoice.issue_date - timedelta(days=9)
    numbers = [each.number for each in invoice.preceding] or ["F-0"]
    return replace(
        invoice,
        number=_french_number(invoice.number),
        business_process="S1",
        notes=(*invoice.notes, *_NOTES),
        preceding=tuple(
            PrecedingInvoice(number=_french_number(number), issue_date=day) for number in numbers
        ),
        payee=invoice.payee and replace(invoice.payee, identifiers=(_SIRET,)),
        seller=_registered(invoice.seller, _SELLER),
        buyer=_registered(invoice.buyer, _BUYER),
        supporting_documents=tuple(
            replace(each, description="PJA") for each in invoice.supporting_documents
        ),
    )


def extended_in_france(invoice: Invoice) -> Invoice:
    """Return it with what EXTENDED-CTC-FR adds: reasons by line, a group of lines, an extra line.

    The group has all lines of the first VAT category, the extra line only informs.
    """
    french = in_france(invoice)
    reasons = {(row.category, row.rate): row for row in french.vat_breakdown}
    first, *_ = lines = [
        _reasoned(line, reasons[line.vat_category, line.vat_rate or Decimal(0)])
        for line in french.lines
    ]
    inside = [line for line in lines if line.vat_category == first.vat_category]
    group = replace(
        first,
        id="G",
        net=sum((line.net or Decimal(0) for line in inside), Decimal(0)),
        allowances=(),
        charges=(),
        extensions=_part(first, "GROUP", None),
    )
    informing = replace(first, id="I", extensions=_part(first, "INFORMATION", first.id))
    parts = [
        replace(line, extensions=_part(line, "DETAIL", "G")) if line in inside else line
        for line in lines
    ]
    return replace(french, lines=(group, *parts, informing))


def _reasoned(line: Line, row: VatBreakdown) -> Line:
    why = FrenchLine(exemption_reason=row.exemption_reason, exemption_code=row.exemption_code)
    return replace(line, extensions=LineExtensions(fr=why))


def _part(line: Line, status: str, inside: str | None) -> LineExtensions:
    assert line.extensions is not None
    assert line.extensions.fr is not None
    return LineExtensions(
        fr=replace(line.extensions.fr, part=LinePart(status=status, inside=inside))
    )


def in_romania(invoice: Invoice) -> Invoice:
    """Return the invoice as RO e-Factura takes it (CIUS-RO); one in euro states its VAT in lei."""
    totals, representative = invoice.totals, invoice.tax_representative
    assert totals is not None
    assert totals.vat is not None
    assert invoice.delivery is not None
    in_euro = invoice.accounting_currency is not None
    lei = round(totals.vat * LEI_A_EURO, 2) if in_euro else None
    return replace(
        invoice,
        number=f"7 {invoice.number}",
        currency="EUR" if in_euro else "RON",
        accounting_currency="RON" if in_euro else None,
        totals=replace(totals, vat_in_accounting_currency=lei),
        seller=_at(invoice.seller, _CLUJ),
        buyer=_at(invoice.buyer, _BUCHAREST),
        tax_representative=representative and replace(representative, address=_CLUJ),
        delivery=replace(invoice.delivery, address=_moved(invoice.delivery.address, _BUCHAREST)),
    )


def _french_number(text: str | None) -> str:
    return re.sub(r"[^A-Za-z0-9+\-_/]", "-", text or "")[:35]


def _registered(party: Party | None, siren: str) -> Party:
    assert party is not None
    return replace(
        party,
        legal_registration=Identifier(value=siren, scheme="0002"),
        electronic_address=Identifier(value=siren, scheme="0225"),
    )


def _at(party: Party | None, address: PostalAddress) -> Party:
    assert party is not None
    return replace(party, address=_moved(party.address, address))


def _moved(address: PostalAddress | None, domestic: PostalAddress) -> PostalAddress:
    """Keep an address abroad, but give it what every address in Romania must have."""
    if address is None or address.country != "AT":
        return domestic
    return replace(address, subdivision="AT-9")


def unrounded(invoice: Invoice) -> Invoice:
    """Return the invoice without a rounding amount, as the smaller levels of Factur-X want it."""
    totals = invoice.totals
    assert totals is not None
    assert totals.due is not None
    due = totals.due - (totals.rounding or 0)
    return replace(invoice, totals=replace(totals, rounding=None, due=due))


class Finish(NamedTuple):
    """How a right invoice becomes right for a writer: its rates of VAT, and what is done to it."""

    rates: tuple[str, ...]
    of: Callable[[Invoice], Invoice]


PLAIN = Finish(RATES, lambda invoice: invoice)
FINISHES = {
    "fr-ctc-facturx": Finish(FRENCH_RATES, extended_in_france),
    "fr-ctc-": Finish(FRENCH_RATES, in_france),
    "fr-extended-": Finish(FRENCH_RATES, extended_in_france),
    "cius-ro-": Finish(RATES, in_romania),
    "facturx-basic": Finish(RATES, unrounded),
    "facturx-minimum": Finish(RATES, unrounded),
}
"""By how the writer's name begins; the first that fits counts."""


def finishing(writer: str) -> Finish:
    """Return how invoices become right for a writer."""
    return next((each for start, each in FINISHES.items() if writer.startswith(start)), PLAIN)
