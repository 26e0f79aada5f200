"""The VAT breakdown (BG-23) of an invoice whose file has VAT on its lines only."""

from msgspec.structs import replace

from formats.model import ZERO, Invoice, VatBreakdown
from formats.rules.totals import sums, tax_of
from formats.table.sources import Sources


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
