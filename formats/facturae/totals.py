"""TaxesOutputs, TaxesWithheld and InvoiceTotals."""

from collections.abc import Iterator
from decimal import Decimal

from formats.composing import Element, day, fixed, group, text
from formats.model import (
    ZERO,
    AllowanceCharge,
    Invoice,
    Totals,
    VatBreakdown,
    round_half_up,
)
from formats.model.spain import WithheldTax
from formats.rules.es_codes import TAX_KINDS, VAT, sign, spain, withheld


def euros(invoice: Invoice, amount: Decimal | None) -> Decimal | None:
    """Return an amount in euros, where the invoice is in another currency."""
    by = spain(invoice).exchange_rate
    if invoice.currency == "EUR" or by is None or amount is None:
        return None
    return round_half_up(amount * by)


def payable(invoice: Invoice) -> Decimal | None:
    """Return InvoiceTotal: with VAT (BT-112), less what is withheld."""
    stated = (invoice.totals or Totals()).with_vat
    return None if stated is None else sign(invoice) * (stated - withheld(invoice))


def outstanding(invoice: Invoice) -> Decimal | None:
    """Return TotalOutstandingAmount: less what was paid on account."""
    total = payable(invoice)
    paid = (invoice.totals or Totals()).paid or ZERO
    return None if total is None else total - sign(invoice) * paid


def executable(invoice: Invoice) -> Decimal | None:
    """Return TotalExecutableAmount, which is the outstanding one where nothing else is settled."""
    return outstanding(invoice)


def taxes(invoice: Invoice) -> Iterator[Element | None]:
    """Yield TaxesOutputs and TaxesWithheld."""
    yield group("TaxesOutputs", (_tax(invoice, row) for row in invoice.vat_breakdown))
    yield group("TaxesWithheld", (_withheld(invoice, tax) for tax in spain(invoice).withheld))


def _tax(invoice: Invoice, row: VatBreakdown) -> Element | None:
    return group(
        "Tax",
        text("TaxTypeCode", TAX_KINDS.get(row.category or "", VAT)),
        text("TaxRate", fixed(row.rate or ZERO, 2, 8)),
        _amount(invoice, "TaxableBase", row.taxable),
        _amount(invoice, "TaxAmount", row.tax),
    )


def _withheld(invoice: Invoice, tax: WithheldTax) -> Element | None:
    return group(
        "Tax",
        text("TaxTypeCode", tax.kind),
        text("TaxRate", fixed(tax.rate, 2, 8)),
        _amount(invoice, "TaxableBase", tax.base),
        _amount(invoice, "TaxAmount", tax.amount),
    )


def _amount(invoice: Invoice, name: str, amount: Decimal | None) -> Element | None:
    signed = _signed(invoice, amount)
    return group(
        name,
        text("TotalAmount", fixed(signed)),
        text("EquivalentInEuros", fixed(euros(invoice, signed))),
    )


def totals(invoice: Invoice) -> Element | None:
    """Return InvoiceTotals."""
    stated = invoice.totals or Totals()
    return group(
        "InvoiceTotals",
        _sum(invoice, "TotalGrossAmount", stated.lines),
        _general(invoice, "GeneralDiscounts", "Discount", invoice.allowances),
        _general(invoice, "GeneralSurcharges", "Charge", invoice.charges),
        _sum(invoice, "TotalGeneralDiscounts", stated.allowances),
        _sum(invoice, "TotalGeneralSurcharges", stated.charges),
        _sum(invoice, "TotalGrossAmountBeforeTaxes", stated.without_vat),
        _sum(invoice, "TotalTaxOutputs", stated.vat or ZERO),
        _sum(invoice, "TotalTaxesWithheld", withheld(invoice)),
        text("InvoiceTotal", fixed(payable(invoice))),
        _on_account(invoice),
        text("TotalOutstandingAmount", fixed(outstanding(invoice))),
        _sum(invoice, "TotalPaymentsOnAccount", stated.paid),
        text("TotalExecutableAmount", fixed(executable(invoice))),
    )


def _general(
    invoice: Invoice, name: str, each: str, parts: tuple[AllowanceCharge, ...]
) -> Element | None:
    return group(name, (discount(invoice, each, part) for part in parts))


def discount(invoice: Invoice, name: str, part: AllowanceCharge) -> Element | None:
    """Return a Discount or a Charge, of the document or of a line."""
    return group(
        name,
        text(f"{name}Reason", part.reason or part.reason_code),
        text(f"{name}Rate", fixed(part.percent, 2, 8)),
        text(f"{name}Amount", fixed(_signed(invoice, part.amount), 2, 8)),
    )


def _on_account(invoice: Invoice) -> Element | None:
    return group(
        "PaymentsOnAccount",
        (
            group(
                "PaymentOnAccount",
                text("PaymentOnAccountDate", day(payment.paid_on)),
                text("PaymentOnAccountAmount", fixed(_signed(invoice, payment.amount))),
            )
            for payment in spain(invoice).payments_on_account
        ),
    )


def _sum(invoice: Invoice, name: str, amount: Decimal | None) -> Element | None:
    return text(name, fixed(_signed(invoice, amount)))


def _signed(invoice: Invoice, amount: Decimal | None) -> Decimal | None:
    return None if amount is None else sign(invoice) * amount
