"""EN16931_CII: the core rules as CEN's Schematron for CII judges them, where that differs from UBL.

Both syntaxes have the same rule ids, but not the same tests: a taxable amount of category S must be
exact in CII and may be off by less than one unit in UBL; of the other categories, the other way
round. Here stands only what differs. Where a predicate is always true, the official test is, or
looks for the rate where it cannot be.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from formats.findings import Severity
from formats.model import (
    HUNDRED,
    ZERO,
    AllowanceCharge,
    Invoice,
    Line,
    PaymentInstructions,
    Period,
    TaxRepresentative,
    Totals,
    VatBreakdown,
)
from formats.model.codes import VAT_CATEGORIES, VAT_IDENTIFIER_PREFIXES
from formats.rules.categories import Share
from formats.rules.en16931 import EN16931
from formats.rules.engine import Context, Rule, RuleSet, getter, stated
from formats.rules.totals import ONE, tax_of, to_cents, to_units
from formats.rules.worksheet import (
    CREDIT_TRANSFERS,
    Places,
    Worksheet,
    lay_out,
    the_invoice,
    the_representative,
)

SELLER = "seller.address.country"
BUYER = "buyer.address.country"

CORE: Mapping[str, Rule] = {rule.id: rule for rule in EN16931}


def _country(invoice_path: str) -> Callable[[Invoice], bool]:
    get = getter(invoice_path)
    return lambda invoice: stated(get(invoice))


def _payee_is_other(invoice: Invoice) -> bool:
    payee, seller = invoice.payee, invoice.seller
    if payee is None or payee.name is None:
        return False
    if seller is None:
        return True
    known = {identifier.value for identifier in seller.identifiers}
    ours, theirs = seller.legal_registration, payee.legal_registration
    return (
        payee.name != seller.name
        and not any(identifier.value in known for identifier in payee.identifiers)
        and not (ours is not None and theirs is not None and ours.value == theirs.value)
    )


def _representative_country(representative: TaxRepresentative) -> bool:
    return representative.address is not None and stated(representative.address.country)


def _accounting_vat(invoice: Invoice) -> bool | None:
    if invoice.accounting_currency is None or invoice.totals is None:
        return None
    other = invoice.accounting_currency != invoice.currency
    return other and invoice.totals.vat_in_accounting_currency is not None


def _accounts_if_any(payment: PaymentInstructions) -> bool | None:
    if payment.means_code not in CREDIT_TRANSFERS or not payment.credit_transfers:
        return None
    return all(transfer.account is not None for transfer in payment.credit_transfers)


def _period_filled(invoice: Invoice) -> bool:
    return invoice.period != Period()


def _without_vat(totals: Totals) -> bool:
    if totals.without_vat is None or totals.lines is None:
        return False
    charges, allowances = totals.charges or ZERO, totals.allowances or ZERO
    return totals.without_vat == to_cents(totals.lines - allowances + charges)


def _tax_adds_up(sheet: Worksheet) -> bool | None:
    totals = sheet.invoice.totals
    if totals is None or totals.vat is None or sheet.invoice.currency is None:
        return None
    return totals.vat == to_cents(sheet.sums.tax)


def _with_vat_adds_up(sheet: Worksheet) -> bool | None:
    if sheet.invoice.currency is None:
        return None
    totals = sheet.invoice.totals or Totals()
    if totals.with_vat is None or totals.without_vat is None:
        return False
    if totals.with_vat == totals.without_vat:
        return True
    return totals.vat is not None and totals.with_vat == to_cents(totals.without_vat + totals.vat)


def _due_adds_up(totals: Totals) -> bool:
    if totals.due is None or totals.with_vat is None:
        return False
    return totals.due == totals.with_vat - (totals.paid or ZERO) + (totals.rounding or ZERO)


def _row_tax(row: VatBreakdown) -> bool:
    if row.tax is None:
        return False
    if row.rate is None or to_units(row.rate) == 0:
        return to_units(row.tax) == 0
    if row.taxable is None:
        return False
    return abs(row.tax) - ONE <= tax_of(row.taxable, row.rate) <= abs(row.tax) + ONE


def _broken_down_if_lines(invoice: Invoice) -> bool | None:
    return bool(invoice.vat_breakdown) if invoice.lines else None


def _two_of(category: str) -> Callable[[Worksheet], bool | None]:
    """Whether lines and rows together are two, if there are lines; so for allowances and charges.

    That is the official test: two lines without a row pass it.
    """

    def holds(sheet: Worksheet) -> bool | None:
        rows = len(sheet.rows_of.get(category, ()))
        lines = len(sheet.lines_of.get(category, ()))
        parts = len(sheet.allowances_of.get(category, ())) + len(sheet.charges_of.get(category, ()))
        if not lines and not parts:
            return None
        return (not lines or lines + rows >= 2) and (not parts or parts + rows >= 2)

    return holds


def _one_row_in_use(category: str) -> Callable[[Worksheet], bool | None]:
    def holds(sheet: Worksheet) -> bool | None:
        rows = len(sheet.rows_of.get(category, ()))
        if not rows and not sheet.uses(category):
            return None
        return rows == 1 and sheet.uses(category)

    return holds


def _row_of_o_in_use(sheet: Worksheet) -> bool | None:
    rows = len(sheet.rows_of.get("O", ()))
    return None if not rows else rows == 1 and sheet.uses("O")


def _exact_at_rate(share: Share) -> bool | None:
    if share.row.rate is None:
        return None
    return share.row.taxable is not None and share.row.taxable == to_cents(share.of_rate or ZERO)


def _near_category(share: Share) -> bool:
    taxable, computed = share.row.taxable, to_cents(share.of_category)
    return taxable is not None and taxable - ONE < computed < taxable + ONE


def _exact_category(share: Share) -> bool:
    return share.row.taxable is not None and share.row.taxable == to_cents(share.of_category)


def _above_zero(group: Line | AllowanceCharge) -> bool:
    return group.vat_rate is not None and group.vat_rate > 0


def _nothing_but_o(*groups: str) -> Callable[[Worksheet], bool | None]:
    def holds(sheet: Worksheet) -> bool | None:
        if "O" not in sheet.rows_of:
            return None
        found: set[str] = set().union(*(getattr(sheet, f"{group}_of") for group in groups))
        return found <= {"O"}

    return holds


def _whole_cents(amount: Decimal) -> bool:
    return amount * HUNDRED == to_units(amount * HUNDRED)


def _vat_cents(totals: Totals) -> bool | None:
    if totals.vat is None:
        return None
    return totals.vat_in_accounting_currency is not None or _whole_cents(totals.vat)


def _listed(category: str) -> bool:
    return category in VAT_CATEGORIES


def _of_parts(sheet: Worksheet) -> Places[str]:
    parts = sheet.allowances + sheet.charges
    return [
        (f"{path}.vat_category", part.vat_category) for path, part in parts if part.vat_category
    ]


def _of_lines_and_rows(sheet: Worksheet) -> Places[str]:
    return [
        *(
            (f"{path}.vat_category", line.vat_category)
            for path, line in sheet.lines
            if line.vat_category
        ),
        *((f"{path}.category", row.category) for path, row in sheet.rows if row.category),
    ]


PREFIXES = (VAT_IDENTIFIER_PREFIXES | {"AN"}) - {"SS"}
"""Of VAT identifiers, as the official rule in CII lists them; a single letter is none."""


def _rule(
    rule: str,
    predicate: Callable[[Any], bool | None],
    context: Context[Any] | None = None,
    **more: Any,
) -> Rule:
    core = CORE[rule]
    return replace(core, predicate=predicate, context=context or core.context, **more)


EN16931_CII = RuleSet(
    key="en16931-cii",
    version="1.3.16",
    source="EN 16931-1:2017, 6.4, as in CEN's validation artefacts for CII of 2026-03-30",
    lay_out=lay_out,
    extends=(EN16931,),
    rules=(
        _rule("BR-09", _country(SELLER), the_invoice, at=SELLER),
        _rule("BR-11", _country(BUYER), the_invoice, at=BUYER),
        _rule("BR-17", _payee_is_other),
        _rule("BR-20", _representative_country, the_representative, at="address.country"),
        replace(CORE["BR-51"], severity=Severity.FATAL),
        _rule("BR-53", _accounting_vat),
        _rule("BR-61", _accounts_if_any),
        _rule("BR-CO-09", lambda identifier: identifier[:2] in PREFIXES),
        _rule("BR-CO-13", _without_vat),
        _rule("BR-CO-14", _tax_adds_up),
        _rule("BR-CO-15", _with_vat_adds_up),
        _rule("BR-CO-16", _due_adds_up),
        _rule("BR-CO-17", _row_tax),
        _rule("BR-CO-18", _broken_down_if_lines),
        _rule("BR-CO-19", _period_filled),
        _rule("BR-S-01", _two_of("S")),
        _rule("BR-AF-01", _two_of("L")),
        _rule("BR-AG-01", _two_of("M")),
        _rule("BR-Z-01", _one_row_in_use("Z")),
        _rule("BR-E-01", _one_row_in_use("E")),
        _rule("BR-AE-01", _one_row_in_use("AE")),
        _rule("BR-IC-01", _one_row_in_use("K")),
        _rule("BR-G-01", _one_row_in_use("G")),
        _rule("BR-O-01", _row_of_o_in_use),
        _rule("BR-AF-05", _above_zero),
        _rule("BR-AF-06", _above_zero),
        _rule("BR-AF-07", _above_zero),
        _rule("BR-S-08", _exact_at_rate),
        _rule("BR-AF-08", lambda _: True),
        _rule("BR-AG-08", lambda _: True),
        _rule("BR-Z-08", _near_category),
        _rule("BR-E-08", _near_category),
        _rule("BR-AE-08", _near_category),
        _rule("BR-IC-08", _near_category),
        _rule("BR-G-08", _near_category),
        _rule("BR-O-08", _exact_category),
        _rule("BR-AF-09", lambda _: True),
        _rule("BR-AG-09", lambda _: True),
        _rule("BR-O-11", _nothing_but_o("rows", "lines")),
        _rule("BR-O-12", _nothing_but_o("rows", "lines")),
        _rule("BR-O-13", _nothing_but_o("allowances", "charges")),
        _rule("BR-O-14", _nothing_but_o("allowances", "charges")),
        _rule("BR-CL-17", _listed, Context(name="each part's VAT category", find=_of_parts)),
        _rule(
            "BR-CL-18",
            _listed,
            Context(name="each VAT category of lines and rows", find=_of_lines_and_rows),
            at="",
            term={"lines.vat_category": "BT-151", "vat_breakdown.category": "BT-118"},
        ),
        _rule("BR-DEC-13", _vat_cents),
    ),
)
