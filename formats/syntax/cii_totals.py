"""CII: the core rules on VAT totals and the tax of each rate, of which a file may have several."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from formats.model import ZERO
from formats.rules.totals import ONE, tax_of, to_cents, to_units
from formats.syntax.amounts import decimal_of
from formats.syntax.cii_types import types
from formats.syntax.rules import Own, Sheet, text
from formats.xml.names import Element, tag

_DEAL: Final = tag("rsm:SupplyChainTradeTransaction")
_SETTLEMENT: Final = tag("ram:ApplicableHeaderTradeSettlement")
_CURRENCY: Final = tag("ram:InvoiceCurrencyCode")
_TAX_CURRENCY: Final = tag("ram:TaxCurrencyCode")
_TOTALS: Final = tag("ram:SpecifiedTradeSettlementHeaderMonetarySummation")
_VAT: Final = tag("ram:TaxTotalAmount")
_WITHOUT_VAT: Final = tag("ram:TaxBasisTotalAmount")
_WITH_VAT: Final = tag("ram:GrandTotalAmount")
_ROW: Final = tag("ram:ApplicableTradeTax")
_TAX: Final = tag("ram:CalculatedAmount")
_TAXABLE: Final = tag("ram:BasisAmount")
_RATE: Final = tag("ram:RateApplicablePercent")


def _settlements(root: Element) -> list[Element]:
    return _in(root.iterchildren(_DEAL), _SETTLEMENT)


def _in(groups: Iterable[Element], *names: str) -> list[Element]:
    """Return what stands at this path in any of some groups."""
    found = list(groups)
    for name in names:
        found = [child for group in found for child in group.iterchildren(name)]
    return found


def _currencies(root: Element) -> frozenset[str]:
    return frozenset(text(code) for code in _in(_settlements(root), _CURRENCY))


def _tax_currencies(root: Element) -> frozenset[str]:
    return frozenset(text(code) for code in _in(_settlements(root), _TAX_CURRENCY))


def _tax_of_rows(root: Element) -> Decimal:
    return sum((decimal_of(tax) or ZERO for tax in _in(_settlements(root), _ROW, _TAX)), ZERO)


def _not_the_sum(vat: Element, sheet: Sheet) -> bool:
    """Whether a VAT total in the invoice's currency is not what the rows add up to."""
    if vat.get("currencyID") not in sheet.once(_currencies, sheet.root):
        return False
    return decimal_of(vat) != to_cents(sheet.once(_tax_of_rows, sheet.root))


def _wrong_total(root: Element) -> Element | None:
    """Return the total that neither a single VAT total nor none explains."""
    settlements = _settlements(root)
    currencies = [text(code) for code in _in(settlements, _CURRENCY)]
    if not currencies:
        return None
    totals = _in(settlements, _TOTALS)
    found = next(iter(_in(totals, _WITH_VAT)), None)
    given = decimal_of(found)
    without = decimal_of(next(iter(_in(totals, _WITHOUT_VAT)), None))
    if given is not None and given == without:
        return None
    shown = [vat for vat in _in(totals, _VAT) if vat.get("currencyID") in currencies]
    vat = decimal_of(shown[0]) if len(shown) == 1 else None
    if None not in (given, without, vat) and given == to_cents((without or ZERO) + (vat or ZERO)):
        return None
    return root if found is None else found


def _is_whole_cents(vat: Element) -> bool:
    amount = decimal_of(vat)
    return amount is not None and amount == to_cents(amount)


def _no_cents(totals: Element, sheet: Sheet) -> bool:
    """Whether each VAT total is in the invoice's currency and too fine."""
    found = list(totals.iterchildren(_VAT))
    currencies = sheet.once(_currencies, sheet.root)
    return bool(found) and not any(
        vat.get("currencyID") not in currencies or _is_whole_cents(vat) for vat in found
    )


def _no_cents_in_tax_currency(totals: Element, sheet: Sheet) -> bool:
    """Whether there is no VAT total in the accounting currency that is fine enough."""
    currencies = sheet.once(_tax_currencies, sheet.root)
    found = list(totals.iterchildren(_VAT)) if currencies else []
    return bool(found) and not any(
        vat.get("currencyID") in currencies and _is_whole_cents(vat) for vat in found
    )


def _wrong_tax(row: Element, sheet: Sheet) -> bool:
    """Whether the tax of a row is off by more than one from taxable amount times rate of VAT."""
    tax = decimal_of(row.find(_TAX))
    of_vat = any(each.strip().upper() == "VAT" for each in types(row, sheet))
    rate = decimal_of(row.find(_RATE)) if of_vat else None
    if tax is None:
        return True
    if rate is None or to_units(rate) == 0:
        return to_units(tax) != 0
    taxable = decimal_of(row.find(_TAXABLE))
    return taxable is None or abs(abs(tax) - tax_of(taxable, rate)) > ONE


TOTALS_OWN: Final = {
    "BR-DEC-13": Own(
        path=".",
        only=_no_cents,
        sentence="the VAT total has more than two decimals",
        fix="round ram:TaxTotalAmount to two decimals",
        term="BT-110",
    ),
    "BR-DEC-15": Own(
        path=".",
        only=_no_cents_in_tax_currency,
        sentence="there is no VAT total in the accounting currency, or it has too many decimals",
        fix="give ram:TaxTotalAmount with the currency in ram:TaxCurrencyCode and two decimals",
        term="BT-111",
    ),
    "BR-CO-14": Own(
        path=".",
        only=_not_the_sum,
        sentence="the VAT total is not the sum of the taxes in the VAT breakdown",
        fix="correct ram:TaxTotalAmount or ram:CalculatedAmount",
        term="BT-110",
    ),
    "BR-CO-15": Own(
        path=".",
        seek=_wrong_total,
        sentence="there is not one VAT total in the invoice's currency that, with the total without"
        " VAT, makes the total with VAT",
        fix="give one ram:TaxTotalAmount in the currency of the invoice, and totals that add up",
        term="BT-112",
    ),
    "BR-CO-17": Own(
        path=".",
        only=_wrong_tax,
        sentence="the tax of a row is not its taxable amount times its rate of VAT",
        fix="correct ram:CalculatedAmount, or write VAT to ram:TypeCode",
        term="BT-117",
    ),
}
"""Core rule to what judges it."""
