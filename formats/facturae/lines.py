"""Items: the lines."""

from collections.abc import Iterator
from decimal import Decimal

from formats.composing import Element, day, fixed, group, text
from formats.facturae.totals import discount
from formats.model import ZERO, Invoice, Line, Period
from formats.rules.es_codes import OTHER_UNIT, TAX_KINDS, UNITS, VAT, sign
from formats.rules.national import unit_price
from formats.rules.totals import total

_EXEMPT = "01"
_NOT_SUBJECT = "02"


def lines(invoice: Invoice) -> Element | None:
    """Return Items."""
    return group("Items", (_line(invoice, line, n) for n, line in enumerate(invoice.lines, 1)))


def _line(invoice: Invoice, line: Line, number: int) -> Element | None:
    return group(
        "InvoiceLine",
        text("ReceiverTransactionReference", line.order_line and invoice.purchase_order),
        text("SequenceNumber", str(number)),
        group(
            "DeliveryNotesReferences",
            group("DeliveryNote", text("DeliveryNoteNumber", invoice.despatch_advice)),
        ),
        text("ItemDescription", description(line)),
        text("Quantity", fixed(_signed(invoice, line.quantity), 0, 8)),
        text("UnitOfMeasure", UNITS.get(line.unit or "", OTHER_UNIT)),
        text("UnitPriceWithoutTax", fixed(unit_price(line), 2, 8)),
        text("TotalCost", fixed(_signed(invoice, cost(line)), 2, 8)),
        group("DiscountsAndRebates", (discount(invoice, "Discount", a) for a in line.allowances)),
        group("Charges", (discount(invoice, "Charge", c) for c in line.charges)),
        text("GrossAmount", fixed(_signed(invoice, line.net), 2, 8)),
        group("TaxesOutputs", _tax(invoice, line)),
        _period(line.period),
        text("AdditionalLineItemInformation", line.note),
        _special(invoice, line),
        text("ArticleCode", line.item.seller_id if line.item else None),
    )


def cost(line: Line) -> Decimal | None:
    """Return TotalCost so that discounts and charges lead to the line's net amount (BT-131)."""
    if line.net is None:
        return None
    return (
        line.net + total(a.amount for a in line.allowances) - total(c.amount for c in line.charges)
    )


def description(line: Line) -> str | None:
    """Return ItemDescription: the item's name, and its description where that says more."""
    if line.item is None:
        return None
    said = [" ".join((part or "").split()) for part in (line.item.name, line.item.description)]
    return " - ".join(dict.fromkeys(part for part in said if part)) or None


def _tax(invoice: Invoice, line: Line) -> Element | None:
    """Return the line's Tax without an amount: that is rounded for the whole rate alone."""
    base = text("TotalAmount", fixed(_signed(invoice, line.net)))
    return group(
        "Tax",
        text("TaxTypeCode", TAX_KINDS.get(line.vat_category or "", VAT)),
        text("TaxRate", fixed(line.vat_rate or ZERO, 2, 8)),
        group("TaxableBase", base),
    )


def _period(period: Period | None) -> Element | None:
    if period is None or not (period.start and period.end):
        return None
    start, end = text("StartDate", day(period.start)), text("EndDate", day(period.end))
    return group("LineItemPeriod", start, end)


def _special(invoice: Invoice, line: Line) -> Element | None:
    """Return SpecialTaxableEvent of what is taxable and exempt, or not taxable, with its reason."""
    if line.vat_category in {"S", "Z", "AE", "L", "M", "B", None}:
        return None
    reasons = _reasons(invoice, line.vat_category)
    code = _NOT_SUBJECT if line.vat_category == "O" else _EXEMPT
    reason = text("SpecialTaxableEventReason", next(reasons, line.vat_category))
    return group("SpecialTaxableEvent", text("SpecialTaxableEventCode", code), reason)


def _reasons(invoice: Invoice, category: str | None) -> Iterator[str]:
    for row in invoice.vat_breakdown:
        reason = row.exemption_reason or row.exemption_code
        if row.category == category and reason:
            yield reason


def _signed(invoice: Invoice, amount: Decimal | None) -> Decimal | None:
    return None if amount is None else sign(invoice) * amount
