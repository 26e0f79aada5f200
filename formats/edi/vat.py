"""What the figures of a message tell without a code: a taxed category, a line's net amount."""

from decimal import Decimal

from formats.findings import Finding
from formats.model import AllowanceCharge, Line, VatBreakdown, round_half_up
from formats.model.group import Group
from formats.model.paths import Draft, Term, term


def _pair(category: str, rate: str, root: type[Group]) -> tuple[Term, Term]:
    return term(category, root), term(rate, root)


_PAIRS = {
    "lines": _pair("vat_category", "vat_rate", Line),
    "allowances": _pair("vat_category", "vat_rate", AllowanceCharge),
    "charges": _pair("vat_category", "vat_rate", AllowanceCharge),
    "vat_breakdown": _pair("category", "rate", VatBreakdown),
}
_NET, _PRICE, _QUANTITY = term("net", Line), term("price.net", Line), term("quantity", Line)
_BASE = term("price.base_quantity", Line)


def settled(draft: Draft, path: str, found: list[Finding], taxed: str) -> list[Finding]:
    """Put the category of a group that has a rate above zero and none that is known.

    Args:
        draft: of an item of the list at `path`.
        path: of the list.
        found: what of this item could not be read.
        taxed: the category that is put; empty: none is.

    Returns:
        `found` without the fault that this settles.
    """
    if path not in _PAIRS or not taxed:
        return found
    category, rate_term = _PAIRS[path]
    rate = draft.number(rate_term)
    if rate is None or rate <= 0 or draft.get(category) is not None:
        return found
    full = draft.prefix + category.path
    draft.put(category, taxed, draft.sources[draft.prefix + rate_term.path])
    return [fault for fault in found if fault.path != full]


def is_needless(draft: Draft, asked: Term, path: str) -> bool:
    """Whether a reason of exemption is asked for where VAT is charged."""
    if path != "vat_breakdown" or not asked.name.startswith("exemption_"):
        return False
    rate = draft.number(_PAIRS[path][1])
    return rate is not None and rate > 0


def put_net(line: Draft) -> None:
    """Put a line's net amount where only its price and quantity are stated."""
    price, quantity = line.number(_PRICE), line.number(_QUANTITY)
    if line.get(_NET) is None and price is not None and quantity is not None:
        net = price * quantity / (line.number(_BASE) or Decimal(1))
        line.put(_NET, round_half_up(net), "price times quantity")
