"""What a guide may have worked out: of lines nets, VAT breakdown, totals, ids; of rates lines."""

from decimal import Decimal

from msgspec.structs import replace

from formats.model import ZERO, Invoice, Line, Price, Totals, VatBreakdown, round_half_up
from formats.rules.totals import sums, tax_of, total
from formats.table.sources import Sources

_ONE = "C62"
"""UN/ECE Recommendation 20: one."""


def with_vat_breakdown(invoice: Invoice, sources: Sources) -> Invoice:
    """Return the invoice with BG-23 summed up from its lines, as the guide asks for.

    With one rate its tax is the total VAT that the file states; with several each is computed.
    """
    amounts = sums(invoice).by_rate
    stated = invoice.totals.vat if invoice.totals and len(amounts) == 1 else None
    rows = []
    for number, ((category, rate), taxable) in enumerate(amounts.items()):
        tax = tax_of(taxable, rate) * (-1 if taxable < ZERO else 1) if stated is None else stated
        rows.append(VatBreakdown(taxable=taxable, tax=tax, category=category, rate=rate))
        path, why = f"vat_breakdown[{number}]", f"lines with VAT {category} {rate}"
        sources.tell(f"{path}.taxable", f"sum of {why}")
        sources.tell(f"{path}.tax", f"VAT of {why}" if stated is None else sources["totals.vat"])
    return replace(invoice, vat_breakdown=tuple(rows))


def with_no_tax_of_none(invoice: Invoice, sources: Sources) -> Invoice:
    """Return the invoice with a tax (BT-117) of zero where its rate is that, and none is stated."""
    rows = []
    for number, row in enumerate(invoice.vat_breakdown):
        untold = row.tax is None and row.rate == ZERO
        if untold:
            sources.tell(f"vat_breakdown[{number}].tax", "VAT at 0 %")
        rows.append(replace(row, tax=ZERO) if untold else row)
    return replace(invoice, vat_breakdown=tuple(rows)) if rows else invoice


def with_rate_lines(invoice: Invoice, sources: Sources) -> Invoice:
    """Return the invoice with a line for each row of its VAT breakdown, as it has no others.

    What else is said of its one line, such as the item, is said of each. Several lines stay.
    """
    if len(invoice.lines) > 1:
        return invoice
    one = invoice.lines[0] if invoice.lines else Line()
    said = [path for path in sources if path.startswith("lines[0].")]
    lines = []
    for number, row in enumerate(invoice.vat_breakdown):
        for path in said:
            sources.tell(path.replace("[0]", f"[{number}]", 1), sources[path])
        told = sources.get(f"vat_breakdown[{number}].taxable", "the VAT breakdown")
        for name in ("net", "price.net"):
            sources.tell(f"lines[{number}].{name}", told)
        lines.append(_rate_line(replace(one, id=str(number + 1)), row))
    return replace(invoice, lines=tuple(lines))


def _rate_line(line: Line, row: VatBreakdown) -> Line:
    """Return a line of one piece; of a credit it is less than none, as no price is (BR-27)."""
    net = row.taxable or ZERO
    return replace(
        line,
        quantity=Decimal(-1 if net < ZERO else 1),
        unit=line.unit or _ONE,
        net=net,
        price=Price(net=abs(net)),
        vat_category=row.category,
        vat_rate=row.rate,
    )


def with_totals(invoice: Invoice, sources: Sources) -> Invoice:
    """Return the invoice with the totals that its file leaves out, EN 16931-1:2017, 6.4."""
    stated = invoice.totals or Totals()
    lines = total(line.net for line in invoice.lines)
    allowances = total(each.amount for each in invoice.allowances)
    charges = total(each.amount for each in invoice.charges)
    vat = total(row.tax for row in invoice.vat_breakdown) if stated.vat is None else stated.vat
    net = lines - allowances + charges
    summed = {
        "lines": lines,
        "allowances": allowances if invoice.allowances else None,
        "charges": charges if invoice.charges else None,
        "without_vat": net,
        "vat": vat,
        "with_vat": net + vat,
        "due": net + vat - (stated.paid or ZERO) + (stated.rounding or ZERO),
    }
    missing = {
        name: value
        for name, value in summed.items()
        if value is not None and getattr(stated, name) is None
    }
    for name in missing:
        sources.tell(f"totals.{name}", "sum of the lines and their VAT")
    return replace(invoice, totals=replace(stated, **missing))


def with_line_ids(invoice: Invoice, sources: Sources) -> Invoice:
    """Return the invoice with their position as the id (BT-126) of lines that have none."""
    lines = []
    for number, line in enumerate(invoice.lines):
        if line.id is None:
            sources.tell(f"lines[{number}].id", "position of the line")
        lines.append(line if line.id is not None else replace(line, id=str(number + 1)))
    return replace(invoice, lines=tuple(lines))


def with_line_nets(invoice: Invoice, sources: Sources) -> Invoice:
    """Return the invoice with the net amount (BT-131) of lines that state a price and none."""
    lines = []
    for number, line in enumerate(invoice.lines):
        net = _net(line) if line.net is None else None
        if net is not None:
            sources.tell(f"lines[{number}].net", "quantity times price of the line")
        lines.append(line if net is None else replace(line, net=net))
    return replace(invoice, lines=tuple(lines))


def _net(line: Line) -> Decimal | None:
    """Return quantity times price, with charges and less allowances; None where one is unknown."""
    price = line.price
    if price is None or price.net is None or line.quantity is None or price.base_quantity == ZERO:
        return None
    goods = line.quantity * price.net / (price.base_quantity or 1)
    more = total(each.amount for each in line.charges)
    return round_half_up(goods + more - total(each.amount for each in line.allowances))
