"""XRECHNUNG_CII: XRechnung as KoSIT's Schematron for CII judges it, where that differs from UBL."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from formats.model import DirectDebit, Invoice, Line, PaymentInstructions, Totals
from formats.rules import de_extensions
from formats.rules.de_xrechnung import CARDS, DIRECT_DEBIT, XRECHNUNG
from formats.rules.en16931_cii import EN16931_CII
from formats.rules.engine import Context, Rule, RuleSet
from formats.rules.worksheet import CREDIT_TRANSFERS, Worksheet, the_invoice

BY_ID = {rule.id: rule for rule in XRECHNUNG.rules}
NOT_IN_CII = frozenset(
    f"BR-DEX-{number}" for number in ("02", "03", "09", "10", "11", "12", "13", "14")
)
"""The extension has neither sub lines nor third party payments in CII."""


def _dated(sheet: Worksheet) -> bool:
    """Whether there is a date, a period or one on each line; BT-8 stands elsewhere in CII."""
    invoice = sheet.invoice
    delivered = invoice.delivery is not None and invoice.delivery.delivered_on is not None
    return (
        delivered
        or invoice.period is not None
        or all(line.period is not None for line in invoice.lines)
    )


def _debit(payment: PaymentInstructions | None) -> DirectDebit:
    return (None if payment is None else payment.direct_debit) or DirectDebit()


def _debits(payment: PaymentInstructions) -> bool:
    """Whether there is anything of a direct debit, be it only the creditor's identifier."""
    return _debit(payment) != DirectDebit()


def _means_has(
    codes: tuple[str, ...], has: Callable[[PaymentInstructions], bool]
) -> Callable[[PaymentInstructions], bool | None]:
    return lambda payment: has(payment) if payment.means_code in codes else None


def _creditor(invoice: Invoice) -> bool | None:
    debit = _debit(invoice.payment)
    if debit == DirectDebit():
        return None
    return debit.creditor is not None and (debit.mandate is not None or debit.account is not None)


def _debited(invoice: Invoice) -> bool | None:
    debit = _debit(invoice.payment)
    if debit == DirectDebit():
        return None
    return debit.account is not None and (debit.mandate is not None or debit.creditor is not None)


def _converted_total(invoice: Invoice) -> bool | None:
    totals = invoice.totals or Totals()
    wanted = invoice.accounting_currency is not None
    stated = totals.vat_in_accounting_currency is not None
    if not wanted and not stated:
        return None
    return wanted == (stated and invoice.accounting_currency != invoice.currency)


def _same_sign(invoice: Invoice) -> bool | None:
    totals = invoice.totals or Totals()
    if invoice.accounting_currency is None or totals.vat is None:
        return None
    same = invoice.accounting_currency == invoice.currency
    converted = totals.vat if same else totals.vat_in_accounting_currency
    return converted is not None and (converted < 0) == (totals.vat < 0)


def _same_unit(line: Line) -> bool | None:
    if line.price is None or line.price.base_unit is None:
        return None
    return line.price.base_unit == line.unit


def _rule(
    rule: str,
    predicate: Callable[[Any], bool | None],
    context: Context[Any] | None = None,
    **more: Any,
) -> Rule:
    of_ubl = BY_ID[rule]
    return replace(of_ubl, predicate=predicate, context=context or of_ubl.context, **more)


OTHERWISE: tuple[Rule, ...] = (
    _rule("BR-DE-TMP-32", _dated),
    _rule("BR-DE-23-b", _means_has(CREDIT_TRANSFERS, lambda p: p.card is None and not _debits(p))),
    _rule("BR-DE-24-b", _means_has(CARDS, lambda p: not p.credit_transfers and not _debits(p))),
    _rule("BR-DE-25-a", _means_has((DIRECT_DEBIT,), _debits)),
    _rule("BR-DE-30", _creditor, the_invoice, at="payment.direct_debit.creditor"),
    _rule("BR-DE-31", _debited, the_invoice, at="payment.direct_debit.account"),
    _rule("PEPPOL-EN16931-R054", _converted_total),
    _rule("PEPPOL-EN16931-R055", _same_sign),
    _rule("PEPPOL-EN16931-R130", _same_unit),
)

SECOND_TOTAL = "PEPPOL-EN16931-R053"
REPLACED = {
    rule: specification
    for rule, specification in de_extensions.EXCUSED.items()
    if rule != "BR-CO-16"
}
"""Core rules that a profile replaces; without third party payments the amount due stays."""

UNJUDGED = {
    "BR-DEX-15": "that a file nests lines is seen in its elements",
    "BR-TMP-3": "a second base quantity, of the gross price, is seen by the reader",
    "BR-TMP-4": "a second description is left by the reader",
    "BR-TMP-5": "a second attachment is left by the reader",
    "BR-TMP-7": "how a date was written is seen by the reader, which refuses others",
    SECOND_TOTAL: "of two VAT totals in one currency the second is left by the reader",
    **{
        rule: reason
        for rule, reason in XRECHNUNG.unjudged.items()
        if rule.startswith("PEPPOL-") and rule != "PEPPOL-EN16931-R043"
    },
    "PEPPOL-EN16931-R043-1": "a ChargeIndicator is read as allowance or charge, or not at all",
    "PEPPOL-EN16931-R043-2": "a ChargeIndicator is read as allowance or charge, or not at all",
}

_INSTEAD = {rule.id: rule for rule in OTHERWISE}

XRECHNUNG_CII = RuleSet(
    key="xrechnung-3.0-cii",
    version=XRECHNUNG.version,
    source=f"{XRECHNUNG.source}, for CII",
    lay_out=XRECHNUNG.lay_out,
    extends=(EN16931_CII,),
    rules=(
        *(
            _INSTEAD.get(rule.id, rule)
            for rule in XRECHNUNG.rules
            if rule.id not in NOT_IN_CII and rule.id not in de_extensions.EXCUSED
            if rule.id != SECOND_TOTAL
        ),
        *(
            de_extensions.unless(REPLACED[rule.id], rule)
            for rule in EN16931_CII
            if rule.id in REPLACED
        ),
    ),
    unjudged=UNJUDGED,
)
