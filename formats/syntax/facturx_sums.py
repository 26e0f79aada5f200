"""What a level of Factur-X asks of sums in a file, which the model shows too little of.

MINIMUM and BASIC have these from EXTENDED, where `formats.rules` judges them on the model.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final, TypeAlias

from formats.model import ZERO
from formats.rules.extended_sheet import DETAIL, GROUP, Added
from formats.syntax.amounts import decimal_of
from formats.syntax.looking import found, has, stated, texts
from formats.syntax.rules import Sheet, text
from formats.xml.names import Element
from formats.xml.walking import WHITE_SPACE

EXPORT: Final = "G"
_DEAL: Final = "rsm:SupplyChainTradeTransaction"
_SETTLEMENT: Final = f"{_DEAL}/ram:ApplicableHeaderTradeSettlement"
_LINES: Final = f"{_DEAL}/ram:IncludedSupplyChainTradeLineItem"
_ON_LINE: Final = "ram:SpecifiedLineTradeSettlement"
_NET: Final = f"{_ON_LINE}/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
_DOCUMENT: Final = "ram:AssociatedDocumentLineDocument"
_STATUS: Final = f"{_DOCUMENT}/ram:LineStatusReasonCode"
_INDICATED: Final = {
    "true": "charges",
    "1": "charges",
    "false": "allowances",
    "0": "allowances",
}

_Kind: TypeAlias = tuple[str | Decimal | None, ...]
_Taxed: TypeAlias = tuple[Element, str, str, str | None]
"""What is taxed, the paths of its VAT and of its amount, the field that adds it up."""


def _field_of(charge: Element) -> str | None:
    said = next(found(charge, "ram:ChargeIndicator/udt:Indicator"), None)
    return None if said is None else _INDICATED.get(text(said).strip(WHITE_SPACE))


def _taxed(root: Element, *, all_lines: bool) -> Iterator[_Taxed]:
    """Yield what is taxed; of lines, all or those that are charged."""
    for line in found(root, _LINES):
        status = texts(line, _STATUS)
        if all_lines or not status or DETAIL in status:
            yield line, f"{_ON_LINE}/ram:ApplicableTradeTax", _NET, "lines"
    for charge in found(root, f"{_SETTLEMENT}/ram:SpecifiedTradeAllowanceCharge"):
        yield charge, "ram:CategoryTradeTax", "ram:ActualAmount", _field_of(charge)
    for charge in found(root, f"{_SETTLEMENT}/ram:SpecifiedLogisticsServiceCharge"):
        yield charge, "ram:AppliedTradeTax", "ram:AppliedAmount", "logistics"


def _added(taxed: Iterator[_Taxed], kind_of: Callable[[Element], _Kind]) -> dict[_Kind, Added]:
    """Return what all amounts of a kind add up to."""
    sums: dict[_Kind, Added] = {}
    for owner, taxes, path, field in taxed:
        amount = decimal_of(next(found(owner, path), None)) or ZERO
        for kind in {kind_of(tax) for tax in found(owner, taxes)}:
            added = sums.setdefault(kind, Added())
            added.count += 1
            if field:
                setattr(added, field, getattr(added, field) + amount)
    return sums


def _category(tax: Element) -> _Kind:
    return (stated(tax, "ram:CategoryCode"),)


def _rate_and_reason(tax: Element) -> _Kind:
    rate = decimal_of(next(found(tax, "ram:RateApplicablePercent"), None))
    reasons = ("ram:ExemptionReasonCode", "ram:ExemptionReason")
    return (*_category(tax), rate, *(stated(tax, path) for path in reasons))


def _by_category(root: Element) -> dict[_Kind, Added]:
    return _added(_taxed(root, all_lines=False), _category)


def _by_rate_and_reason(root: Element) -> dict[_Kind, Added]:
    return _added(_taxed(root, all_lines=True), _rate_and_reason)


def _is_off(row: Element, added: Added | None) -> bool:
    """Whether a taxable amount is missing, or off by more than a cent for each amount in it."""
    basis, added = decimal_of(next(found(row, "ram:BasisAmount"), None)), added or Added()
    return basis is None or abs(basis - added.taxable) > added.tolerance


def export_is_off(row: Element, sheet: Sheet) -> bool:
    """Whether a row of export has another taxable amount than what is charged adds up to."""
    return _is_off(row, sheet.once(_by_category, sheet.root).get((EXPORT,)))


def off_for_its_reason(row: Element, sheet: Sheet) -> bool:
    """Whether a row has another taxable amount than all of its rate and reason add up to."""
    kind = _rate_and_reason(row)
    added = sheet.once(_by_rate_and_reason, sheet.root).get(kind)
    return None in kind or _is_off(row, added)


def is_group_with_net(line: Element) -> bool:
    """Whether a line is a group of lines, and has a net amount."""
    return GROUP in texts(line, _STATUS) and has(line, _NET)


def has_group_without_net(line: Element, sheet: Sheet) -> bool:
    """Whether there is a group of lines without a net amount in a line."""
    ids = texts(line, f"{_DOCUMENT}/ram:LineID")
    return not ids or not sheet.once(_around_those_without_net, sheet.root).isdisjoint(ids)


def _around_those_without_net(root: Element) -> frozenset[str]:
    return frozenset(
        around
        for line in found(root, _LINES)
        if GROUP in texts(line, _STATUS) and not has(line, _NET)
        for around in texts(line, f"{_DOCUMENT}/ram:ParentLineID")
    )
