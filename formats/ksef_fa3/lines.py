"""FaWiersz: the lines, and allowances and charges, which FA(3) has as lines of their own."""

from collections.abc import Iterator
from decimal import Decimal

from formats.composing import Element, fixed, group, text
from formats.model import ZERO, AllowanceCharge, Invoice, Item, Line
from formats.model.poland import PolishLine
from formats.rules.national import unit_price
from formats.rules.pl_codes import UNITS, rate, sign
from formats.rules.totals import total


def lines(invoice: Invoice) -> Iterator[Element | None]:
    """Yield the invoice's lines in their order, then what is taken off or added beside them."""
    for number, line in enumerate(invoice.lines, start=1):
        yield _line(invoice, line, number)
    number = len(invoice.lines)
    for part, direction, label in _parts(invoice):
        number += 1
        amount = fixed(sign(invoice) * direction * (part.amount or ZERO))
        yield group(
            "FaWiersz",
            text("NrWierszaFa", str(number)),
            text("P_7", part.reason or part.reason_code),
            text("P_11", amount),
            text("P_12", label if label != "margin" else None),
        )


def _parts(invoice: Invoice) -> Iterator[tuple[AllowanceCharge, int, str | None]]:
    """Yield charges of lines, then allowances and charges of the document."""
    for line in invoice.lines:
        for charge in line.charges:
            yield charge, 1, rate(invoice, line.vat_category, line.vat_rate)
    for direction, parts in ((-1, invoice.allowances), (1, invoice.charges)):
        for part in parts:
            yield part, direction, rate(invoice, part.vat_category, part.vat_rate)


def _line(invoice: Invoice, line: Line, number: int) -> Element | None:
    item = line.item or Item()
    data = (line.extensions and line.extensions.pl) or PolishLine()
    label = rate(invoice, line.vat_category, line.vat_rate)
    return group(
        "FaWiersz",
        text("NrWierszaFa", str(number)),
        text("P_7", name(line)),
        text("Indeks", item.seller_id),
        text("GTIN", _gtin(item)),
        text("PKWiU", _classified(item, "PKWIU")),
        text("CN", _classified(item, "HS")),
        text("P_8A", UNITS.get(line.unit or "", line.unit or "")),
        text("P_8B", fixed(_signed(invoice, line.quantity), 0, 6)),
        text("P_9A", fixed(unit_price(line), 2, 8)),
        text("P_10", fixed(total(a.amount for a in line.allowances) or None)),
        text("P_11", fixed(_signed(invoice, _without_charges(line)))),
        text("P_12", label if label != "margin" else None),
        text("P_12_Zal_15", data.annex_15),
        text("KwotaAkcyzy", fixed(data.excise)),
        text("GTU", data.goods_group),
        text("Procedura", data.procedure),
    )


def name(line: Line) -> str | None:
    """Return P_7: the item's name, and its description where that says more."""
    if line.item is None:
        return None
    said = [" ".join((part or "").split()) for part in (line.item.name, line.item.description)]
    return " - ".join(dict.fromkeys(part for part in said if part)) or None


def _signed(invoice: Invoice, value: Decimal | None) -> Decimal | None:
    return None if value is None else sign(invoice) * value


def _without_charges(line: Line) -> Decimal | None:
    if line.net is None:
        return None
    return line.net - total(charge.amount for charge in line.charges)


def _gtin(item: Item) -> str | None:
    standard = item.standard_id
    return standard.value if standard and standard.scheme == "0160" else None


def _classified(item: Item, scheme: str) -> str | None:
    return next((c.code for c in item.classifications if c.scheme == scheme), None)
