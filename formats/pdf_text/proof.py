"""The proof that a page was read right: its amounts add up to the cent, in every way they can."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from formats.findings import Finding
from formats.model import HUNDRED, ZERO, Invoice, Line, Totals, round_half_up
from formats.pdf_text import faults
from formats.rules.totals import CENT, sums, tax_of, total

HALF_CENT = CENT / 2
_SUMS = (
    "lines",
    "allowances",
    "charges",
    "without_vat",
    "vat",
    "with_vat",
    "paid",
    "rounding",
    "due",
)


def unproven(invoice: Invoice) -> Iterator[Finding]:
    """Yield a fault for each amount that contradicts others; none: the invoice is proven.

    The sums are those of EN 16931-1:2017, 6.4; where the page leaves one out, the next is computed
    from what is there. VAT of a rate may differ by a cent, as some add it up by line.
    """
    yield from _lines(invoice)
    yield from _vat(invoice)
    yield from _totals(invoice)


def proven(invoice: Invoice) -> frozenset[str]:
    """Return the paths of the amounts that take part in the sums of a proven invoice.

    >>> from formats.model import Totals
    >>> sorted(proven(Invoice(lines=(Line(net=Decimal(9)),), totals=Totals(due=Decimal(9)))))
    ['lines[0].net', 'totals.due']
    """
    groups: list[tuple[str, object, Sequence[str]]] = [("totals", invoice.totals, _SUMS)]
    for number, line in enumerate(invoice.lines):
        path = f"lines[{number}]"
        groups.append((path, line, ("net",)))
        if line.net is not None and _price_of(line) is not None:
            groups += [(path, line, ("quantity",)), (f"{path}.price", line.price, ("net",))]
    for number, row in enumerate(invoice.vat_breakdown):
        if None not in {row.tax, row.taxable, row.rate}:
            groups.append((f"vat_breakdown[{number}]", row, ("tax", "taxable", "rate")))
    for name in ("allowances", "charges"):
        items: Sequence[object] = getattr(invoice, name)
        groups += [(f"{name}[{number}]", item, ("amount",)) for number, item in enumerate(items)]
    return frozenset(
        f"{path}.{name}"
        for path, group, names in groups
        for name in names
        if getattr(group, name, None) is not None
    )


def _lines(invoice: Invoice) -> Iterator[Finding]:
    for number, line in enumerate(invoice.lines):
        expected = _price_of(line)
        if line.net is None or expected is None:
            continue
        net, tolerance = expected
        if abs(net - line.net) > tolerance:
            yield faults.wrong_sum(
                "BT-131",
                f"lines[{number}].net",
                line.net,
                round_half_up(net),
                "quantity times price",
            )


def _price_of(line: Line) -> tuple[Decimal, Decimal] | None:
    """Return quantity times price with allowances and charges, and how far rounding may carry it.

    A price is rounded for the page, so it may be off by half its last decimal.
    """
    if line.price is None or line.price.net is None or line.quantity is None:
        return None
    quantity = line.quantity / (line.price.base_quantity or 1)
    gross = quantity * line.price.net
    off = total(
        charge.amount
        if charge.amount is not None
        else (charge.base or gross) * (charge.percent or ZERO) / HUNDRED
        for charge in line.allowances
    ) - total(charge.amount for charge in line.charges)
    decimals = -int(line.price.net.as_tuple().exponent)
    return gross - off, abs(quantity) * HALF_CENT.scaleb(2 - decimals) + HALF_CENT


def _vat(invoice: Invoice) -> Iterator[Finding]:
    for number, row in enumerate(invoice.vat_breakdown):
        if row.tax is None or row.taxable is None or row.rate is None:
            continue
        expected = tax_of(row.taxable, row.rate).copy_sign(row.taxable)
        if abs(expected - row.tax) > CENT:
            path = f"vat_breakdown[{number}].tax"
            yield faults.wrong_sum(
                "BT-117", path, row.tax, expected, f"{row.rate} % of {row.taxable}"
            )


def _totals(invoice: Invoice) -> Iterator[Finding]:
    stated = invoice.totals or Totals()
    if not {stated.lines, stated.without_vat, stated.with_vat, stated.due} - {None}:
        yield faults.unproven()
    found = sums(invoice)
    lines = stated.lines if stated.lines is not None else found.lines
    allowances = found.allowances if invoice.allowances else stated.allowances or ZERO
    charges = found.charges if invoice.charges else stated.charges or ZERO
    net = lines - allowances + charges
    without_vat = stated.without_vat if stated.without_vat is not None else net
    vat = found.tax if invoice.vat_breakdown else stated.vat or ZERO
    gross = without_vat + vat
    with_vat = stated.with_vat if stated.with_vat is not None else gross
    due = with_vat - (stated.paid or ZERO) + (stated.rounding or ZERO)
    for term, name, amount, computed, how in (
        ("BT-106", "lines", stated.lines, found.lines, "the sum of all lines"),
        ("BT-107", "allowances", stated.allowances, allowances, "the sum of all allowances"),
        ("BT-108", "charges", stated.charges, charges, "the sum of all charges"),
        ("BT-109", "without_vat", stated.without_vat, net, "lines, less allowances, plus charges"),
        ("BT-110", "vat", stated.vat, vat, "the VAT of all rates"),
        ("BT-112", "with_vat", stated.with_vat, gross, "net and VAT together"),
        ("BT-115", "due", stated.due, due, "gross, less what is paid,"),
    ):
        if amount is not None and amount != computed:
            yield faults.wrong_sum(term, f"totals.{name}", amount, computed, how)
