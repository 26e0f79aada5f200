"""DatiGenerali: number, dates, sums of the document, and the papers it refers to."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from formats.composing import Element, day, fixed, group, pieces, text
from formats.latin import ascii_only, latin
from formats.model import ZERO, AllowanceCharge, Invoice, Totals
from formats.rules.it_codes import document_type, italy, nature

_NOTE_SIZE: Final = 200


def general(invoice: Invoice) -> Element | None:
    """Return DatiGenerali."""
    return group(
        "DatiGenerali",
        _document(invoice),
        _orders(invoice),
        _contract(invoice),
        _paper("DatiRicezione", invoice.receiving_advice),
        (_paper("DatiFattureCollegate", p.number, p.issue_date) for p in invoice.preceding),
        _despatch(invoice),
    )


def contributions(invoice: Invoice) -> dict[int, AllowanceCharge]:
    """Return the charges that are contributions to a pension fund, by their place in BG-21."""
    named = {int(c.charge) - 1 for c in italy(invoice).contributions if c.charge}
    return {n: charge for n, charge in enumerate(invoice.charges) if n in named}


def withheld(invoice: Invoice) -> Decimal:
    """Return what the buyer keeps back."""
    return sum((w.amount or ZERO for w in italy(invoice).withholdings), ZERO)


def _document(invoice: Invoice) -> Element | None:
    totals = invoice.totals or Totals()
    total = totals.with_vat
    return group(
        "DatiGeneraliDocumento",
        text("TipoDocumento", document_type(invoice)),
        text("Divisa", invoice.currency),
        text("Data", day(invoice.issue_date)),
        text("Numero", ascii_only(invoice.number or "")),
        _withholdings(invoice),
        _stamp_duty(invoice),
        _contributions(invoice),
        text("ImportoTotaleDocumento", fixed(total and total + (totals.rounding or ZERO))),
        text("Arrotondamento", fixed(totals.rounding)),
        _notes(invoice),
    )


def _withholdings(invoice: Invoice) -> Iterator[Element | None]:
    for withholding in italy(invoice).withholdings:
        yield group(
            "DatiRitenuta",
            text("TipoRitenuta", withholding.kind),
            text("ImportoRitenuta", fixed(withholding.amount)),
            text("AliquotaRitenuta", fixed(withholding.rate)),
            text("CausalePagamento", withholding.reason),
        )


def _stamp_duty(invoice: Invoice) -> Element | None:
    duty = italy(invoice).stamp_duty
    if duty is None:
        return None
    return group("DatiBollo", text("BolloVirtuale", "SI"), text("ImportoBollo", fixed(duty)))


def _contributions(invoice: Invoice) -> Iterator[Element | None]:
    charges = contributions(invoice)
    for contribution in italy(invoice).contributions:
        charge = charges.get(int(contribution.charge or 0) - 1, AllowanceCharge())
        yield group(
            "DatiCassaPrevidenziale",
            text("TipoCassa", contribution.kind),
            text("AlCassa", fixed(charge.percent)),
            text("ImportoContributoCassa", fixed(charge.amount)),
            text("ImponibileCassa", fixed(charge.base)),
            text("AliquotaIVA", fixed(charge.vat_rate or ZERO)),
            text("Ritenuta", contribution.withheld),
            text("Natura", nature(invoice, charge.vat_category)),
        )


def _notes(invoice: Invoice) -> Iterator[Element | None]:
    for note in invoice.notes:
        for piece in pieces(latin(note.text or ""), _NOTE_SIZE):
            yield text("Causale", piece)
    for piece in pieces(latin(invoice.payment_terms or ""), _NOTE_SIZE):
        yield text("Causale", piece)


def _orders(invoice: Invoice) -> Iterator[Element | None]:
    """Yield the order of the document, and of each line that names its order's line."""
    order = invoice.purchase_order
    yield _paper("DatiOrdineAcquisto", order, None, *_codes(invoice))
    for number, line in enumerate(invoice.lines, start=1):
        if line.order_line:
            item = text("NumItem", ascii_only(line.order_line))
            yield _paper("DatiOrdineAcquisto", order, None, item, line=number)


def _contract(invoice: Invoice) -> Element | None:
    """Return DatiContratto, with project, CUP and CIG where there is no order to have them."""
    codes = () if invoice.purchase_order else _codes(invoice)
    return _paper("DatiContratto", invoice.contract, None, *codes)


def _codes(invoice: Invoice) -> tuple[Element | None, ...]:
    data = italy(invoice)
    return (
        text("CodiceCommessaConvenzione", latin(invoice.project or "")),
        text("CodiceCUP", data.project_code),
        text("CodiceCIG", ascii_only(data.tender_code or invoice.tender or "")),
    )


def _paper(
    name: str,
    number: str | None,
    issued: date | None = None,
    *more: Element | None,
    line: int | None = None,
) -> Element | None:
    if not number:
        return None
    return group(
        name,
        text("RiferimentoNumeroLinea", str(line) if line else None),
        text("IdDocumento", ascii_only(number)),
        text("Data", day(issued)),
        more,
    )


def _despatch(invoice: Invoice) -> Element | None:
    """Return DatiDDT, which has to have its date."""
    issued = italy(invoice).despatched_on
    if not invoice.despatch_advice or issued is None:
        return None
    number = ascii_only(invoice.despatch_advice)
    return group("DatiDDT", text("NumeroDDT", number), text("DataDDT", day(issued)))
