"""DatiBeniServizi: lines, allowances and charges as lines, and the VAT breakdown."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from formats.composing import Element, day, fixed, group, pieces, text
from formats.fatturapa.general import contributions
from formats.latin import ascii_only, latin
from formats.model import ZERO, AllowanceCharge, Invoice, Line, Period, VatBreakdown
from formats.rules.it_codes import description, legal_basis, nature, vat_due
from formats.rules.national import unit_price

DISCOUNT: Final = "SC"
SURCHARGE: Final = "MG"
ANCILLARY: Final = "AC"
"""TipoCessionePrestazione of what is a charge of the document."""
NOTE: Final = "NOTA"
"""TipoDato of a line's note."""
SELLERS: Final = "INTERNO"
BUYERS: Final = "CLIENTE"
EAN: Final = "EAN"
GTIN: Final = "0160"
"""CodiceTipo of item numbers, and the scheme of an EAN."""
_NOTE_SIZE: Final = 60
_UNIT_SIZE: Final = 10


def goods_and_services(invoice: Invoice) -> Element | None:
    """Return DatiBeniServizi."""
    return group("DatiBeniServizi", _lines(invoice), _summary(invoice))


def _lines(invoice: Invoice) -> Iterator[Element | None]:
    for number, line in enumerate(invoice.lines, start=1):
        yield _line(invoice, line, number)
    number = len(invoice.lines)
    for kind, sign, parts in (
        (DISCOUNT, -1, invoice.allowances),
        (ANCILLARY, 1, _plain_charges(invoice)),
    ):
        for part in parts:
            number += 1
            yield _part(invoice, part, kind, sign, number)


def _plain_charges(invoice: Invoice) -> tuple[AllowanceCharge, ...]:
    funds = contributions(invoice)
    return tuple(charge for n, charge in enumerate(invoice.charges) if n not in funds)


def _line(invoice: Invoice, line: Line, number: int) -> Element | None:
    period = line.period or Period()
    data = line.extensions and line.extensions.it
    quantity, price = _unsigned(line)
    return group(
        "DettaglioLinee",
        text("NumeroLinea", str(number)),
        _codes(line),
        text("Descrizione", description(line)),
        text("Quantita", fixed(quantity, 2, 8)),
        text("UnitaMisura", ascii_only(line.unit or "")[:_UNIT_SIZE]),
        text("DataInizioPeriodo", day(period.start)),
        text("DataFinePeriodo", day(period.end)),
        text("PrezzoUnitario", fixed(price, 2, 8)),
        _discounts(line, quantity),
        text("PrezzoTotale", fixed(line.net, 2, 8)),
        text("AliquotaIVA", fixed(line.vat_rate or ZERO)),
        text("Ritenuta", data.withheld if data else None),
        text("Natura", nature(invoice, line.vat_category)),
        text("RiferimentoAmministrazione", ascii_only(line.accounting_reference or "")),
        _notes(line),
    )


def _unsigned(line: Line) -> tuple[Decimal | None, Decimal | None]:
    """Return quantity and unit price; a quantity has no sign, so the price takes it."""
    price = unit_price(line)
    if line.quantity is None or line.quantity >= 0:
        return line.quantity, price
    return -line.quantity, None if price is None else -price


def _discounts(line: Line, quantity: Decimal | None) -> Iterator[Element | None]:
    """Yield allowances and charges of the line, which FatturaPA states for one unit."""
    for kind, parts in ((DISCOUNT, line.allowances), (SURCHARGE, line.charges)):
        for part in parts:
            if part.amount is not None and quantity:
                each = fixed(part.amount / quantity, 2, 8)
                yield group("ScontoMaggiorazione", text("Tipo", kind), text("Importo", each))


def _codes(line: Line) -> Iterator[Element | None]:
    item = line.item
    if item is None:
        return
    yield _code(SELLERS, item.seller_id)
    yield _code(BUYERS, item.buyer_id)
    if item.standard_id:
        scheme = item.standard_id.scheme
        yield _code(EAN if scheme == GTIN else scheme, item.standard_id.value)
    for classification in item.classifications:
        yield _code(classification.scheme, classification.code)


def _code(kind: str | None, value: str | None) -> Element | None:
    if not value:
        return None
    return group("CodiceArticolo", text("CodiceTipo", kind or "ALTRO"), text("CodiceValore", value))


def _notes(line: Line) -> Iterator[Element | None]:
    for piece in pieces(latin(line.note or ""), _NOTE_SIZE):
        yield group("AltriDatiGestionali", text("TipoDato", NOTE), text("RiferimentoTesto", piece))


def _part(
    invoice: Invoice, part: AllowanceCharge, kind: str, sign: int, number: int
) -> Element | None:
    """Return an allowance or charge of the document, which FatturaPA has as a line of its own.

    Its ScontoMaggiorazione of the document has no VAT rate, so it would change no taxable amount.
    """
    amount = None if part.amount is None else sign * part.amount
    return group(
        "DettaglioLinee",
        text("NumeroLinea", str(number)),
        text("TipoCessionePrestazione", kind),
        text("Descrizione", latin(part.reason or part.reason_code or "")),
        text("PrezzoUnitario", fixed(amount, 2, 8)),
        text("PrezzoTotale", fixed(amount, 2, 8)),
        text("AliquotaIVA", fixed(part.vat_rate or ZERO)),
        text("Natura", nature(invoice, part.vat_category)),
    )


def _summary(invoice: Invoice) -> Iterator[Element | None]:
    for row in invoice.vat_breakdown:
        yield _row(invoice, row)


def _row(invoice: Invoice, row: VatBreakdown) -> Element | None:
    found = nature(invoice, row.category)
    return group(
        "DatiRiepilogo",
        text("AliquotaIVA", fixed(row.rate or ZERO)),
        text("Natura", found),
        text("ImponibileImporto", fixed(row.taxable)),
        text("Imposta", fixed(row.tax)),
        text("EsigibilitaIVA", vat_due(invoice, row)),
        text("RiferimentoNormativo", latin(legal_basis(invoice, row) or "") if found else None),
    )
